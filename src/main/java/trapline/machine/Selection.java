package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Register;

/// Some fields of the registers of a machine, to be copied or compared together.
///
///     Selection = { (register, field) }      the same field of every element of a file
///
/// Works on states of any instance of the machine that has the same registers.
public final class Selection {
  /// Which fields belong.
  public interface Choice {
    boolean takes(Register register, Field field);
  }

  /// Bits `high..low` of one element.
  public record Part(Register register, int index, int high, int low) {}

  private final int[] narrow;
  private final long[] narrowMasks;
  private final int[] wide;
  private final BigInteger[] wideMasks;

  private Selection(int[] narrow, long[] narrowMasks, int[] wide, BigInteger[] wideMasks) {
    this.narrow = narrow;
    this.narrowMasks = narrowMasks;
    this.wide = wide;
    this.wideMasks = wideMasks;
  }

  public static Selection of(Machine machine, Choice choice) {
    return of(machine, parts(machine, choice));
  }

  /// A part for each chosen field of each element.
  public static List<Part> parts(Machine machine, Choice choice) {
    List<Part> parts = new ArrayList<>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        for (Field field : register.fields()) {
          if (field.fixed().isEmpty() && choice.takes(register, field)) {
            parts.add(new Part(register, i, field.high(), field.low()));
          }
        }
      }
    }
    return parts;
  }

  public static Selection of(Machine machine, List<Part> parts) {
    Layout layout = new Layout(machine);
    Map<Integer, BigInteger> narrowParts = new TreeMap<>();
    Map<Integer, BigInteger> wideParts = new TreeMap<>();
    for (Part part : parts) {
      BigInteger mask = Bits.mask(part.high - part.low + 1).shiftLeft(part.low);
      (Layout.isWide(part.register.width()) ? wideParts : narrowParts)
          .merge(layout.offset(part.register) + part.index, mask, BigInteger::or);
    }
    List<Integer> narrow = List.copyOf(narrowParts.keySet());
    List<Long> narrowMasks = narrowParts.values().stream().map(BigInteger::longValue).toList();
    List<Integer> wide = List.copyOf(wideParts.keySet());
    List<BigInteger> wideMasks = List.copyOf(wideParts.values());
    return new Selection(
        narrow.stream().mapToInt(i -> i).toArray(),
        narrowMasks.stream().mapToLong(i -> i).toArray(),
        wide.stream().mapToInt(i -> i).toArray(),
        wideMasks.toArray(BigInteger[]::new));
  }

  /// Gives these fields of `to` the values they have in `from`.
  public void copy(State from, State to) {
    for (int i = 0; i < narrow.length; i++) {
      long mask = narrowMasks[i];
      int at = narrow[i];
      to.narrow[at] = (to.narrow[at] & ~mask) | (from.narrow[at] & mask);
    }
    for (int i = 0; i < wide.length; i++) {
      BigInteger mask = wideMasks[i];
      int at = wide[i];
      to.wide[at] = to.wide[at].andNot(mask).or(from.wide[at].and(mask));
    }
  }

  /// True if these fields hold the same in both.
  public boolean agree(State one, State two) {
    for (int i = 0; i < narrow.length; i++) {
      if (((one.narrow[narrow[i]] ^ two.narrow[narrow[i]]) & narrowMasks[i]) != 0) {
        return false;
      }
    }
    for (int i = 0; i < wide.length; i++) {
      if (one.wide[wide[i]].xor(two.wide[wide[i]]).and(wideMasks[i]).signum() != 0) {
        return false;
      }
    }
    return true;
  }
}
