package trapline.jqwik;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ShrinkingDistance;
import trapline.bits.Bits;
import trapline.codec.Decoded;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.machine.State;

/// What a value of this package is made of, and made smaller by: the slots that are not zero, the
/// program, and what a second state holds otherwise.
///
/// Smaller is, in this order: fewer instructions; one that the machine can fetch; fewer cells that
/// are not zero; fewer slots; shorter values; lesser values.
record Sample(Map<Slot, Bits> values, List<Decoded> program, Map<Slot, Bits> apart) {
  Sample {
    var nonzero = new LinkedHashMap<>(values);
    nonzero.values().removeIf(Bits::isZero);
    values = Collections.unmodifiableMap(nonzero);
    program = List.copyOf(program);
    apart = Collections.unmodifiableMap(new LinkedHashMap<>(apart));
  }

  void write(State state) {
    values.forEach((slot, value) -> slot.write(state, value));
  }

  /// How large it is. `isRemote`: the machine cannot fetch the program.
  ShrinkingDistance distance(boolean isRemote) {
    Set<Object> cells = new HashSet<>();
    values.keySet().forEach(slot -> cells.add(slot.cell()));
    List<Bits> all = new ArrayList<>(values.values());
    all.addAll(apart.values());
    program.forEach(decoded -> all.addAll(decoded.operands().values()));
    long length = all.stream().mapToLong(v -> v.value().bitLength()).sum();
    BigInteger sum = all.stream().map(Bits::value).reduce(BigInteger.ZERO, BigInteger::add);
    return ShrinkingDistance.of(
        program.size(),
        isRemote ? 1 : 0,
        cells.size() + apart.size(),
        values.size(),
        length,
        sum.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
  }

  /// What might be smaller, the boldest first; not all of it is.
  Stream<Sample> smaller() {
    Stream.Builder<Sample> all = Stream.builder();
    shorter(program, rest -> all.add(new Sample(values, rest, apart)));
    shorter(
        List.copyOf(values.keySet()),
        rest -> all.add(new Sample(only(values, rest), program, apart)));
    shorter(
        List.copyOf(apart.keySet()),
        rest -> {
          if (!rest.isEmpty()) {
            all.add(new Sample(values, program, only(apart, rest)));
          }
        });
    renamed(all::add);
    values.forEach((slot, value) ->
        lesser(value, v -> all.add(new Sample(with(values, slot, v), program, apart))));
    apart.forEach((slot, value) ->
        lesser(value, v -> all.add(new Sample(values, program, with(apart, slot, v)))));
    for (int i = 0; i < program.size(); i++) {
      int at = i;
      program
          .get(i)
          .operands()
          .forEach((local, value) ->
              lesser(value, v -> all.add(new Sample(values, operand(at, local, v), apart))));
    }
    return all.build();
  }

  /// Some of a list: nothing, a half, a quarter less, one less.
  private static <T> void shorter(List<T> all, Consumer<List<T>> take) {
    if (all.isEmpty()) {
      return;
    }
    take.accept(List.of());
    for (int piece = (all.size() + 1) / 2; ; piece = (piece + 1) / 2) {
      for (int from = 0; from < all.size() && piece < all.size(); from += piece) {
        List<T> rest = new ArrayList<>(all.subList(0, from));
        rest.addAll(all.subList(Math.min(all.size(), from + piece), all.size()));
        take.accept(rest);
      }
      if (piece == 1) {
        return;
      }
    }
  }

  private static void lesser(Bits value, Consumer<Bits> take) {
    if (value.isZero()) {
      return;
    }
    BigInteger old = value.value();
    int top = old.bitLength() - 1;
    Set<BigInteger> less = new java.util.LinkedHashSet<>();
    less.add(BigInteger.ZERO);
    less.add(BigInteger.ONE);
    less.add(old.shiftRight(1));
    less.add(old.clearBit(top));
    less.add(BigInteger.ONE.shiftLeft(top));
    less.add(old.clearBit(old.getLowestSetBit()));
    less.add(old.subtract(BigInteger.ONE));
    less.remove(old);
    less.forEach(v -> take.accept(new Bits(value.width(), v)));
  }

  /// The same with a lower element of a file where operands name a higher one.
  private void renamed(Consumer<Sample> take) {
    Set<BigInteger> named = new HashSet<>();
    program.forEach(d -> d.operands().values().forEach(v -> named.add(v.value())));
    for (BigInteger old : named) {
      for (BigInteger now : List.of(BigInteger.ZERO, old.subtract(BigInteger.ONE))) {
        if (now.signum() >= 0 && now.compareTo(old) < 0) {
          List<Decoded> renamed =
              program.stream()
                  .map(d -> {
                    Map<Local, Bits> operands = new LinkedHashMap<>(d.operands());
                    operands.replaceAll(
                        (_, v) -> v.value().equals(old) ? new Bits(v.width(), now) : v);
                    return new Decoded(d.instruction(), operands);
                  })
                  .toList();
          Map<Slot, Bits> moved = new LinkedHashMap<>();
          values.forEach((slot, value) -> moved.put(moved(slot, old, now), value));
          take.accept(new Sample(moved, renamed, apart));
        }
      }
    }
  }

  private static Slot moved(Slot slot, BigInteger old, BigInteger now) {
    return slot instanceof Slot.Part(Register register, int index, var field)
            && register.isFile()
            && BigInteger.valueOf(index).equals(old)
        ? new Slot.Part(register, now.intValue(), field)
        : slot;
  }

  private List<Decoded> operand(int at, Local local, Bits value) {
    List<Decoded> changed = new ArrayList<>(program);
    Map<Local, Bits> operands = new LinkedHashMap<>(program.get(at).operands());
    operands.put(local, value);
    changed.set(at, new Decoded(program.get(at).instruction(), operands));
    return changed;
  }

  static Map<Slot, Bits> with(Map<Slot, Bits> values, Slot slot, Bits value) {
    Map<Slot, Bits> changed = new LinkedHashMap<>(values);
    changed.put(slot, value);
    return changed;
  }

  private static Map<Slot, Bits> only(Map<Slot, Bits> values, List<Slot> slots) {
    Map<Slot, Bits> some = new LinkedHashMap<>();
    slots.forEach(slot -> some.put(slot, values.getOrDefault(slot, Bits.zero(slot.width()))));
    return some;
  }
}
