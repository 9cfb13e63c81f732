package trapline.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Assertions;
import trapline.isa.Access;
import trapline.isa.Instruction;
import trapline.isa.Machine;

/// The front end means by a text what [PlainReading] means by it, and keeps the model's promises.
final class FrontEndLaws {
  private static final int RUNS = 60;

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.ALL);
  }

  @Property(tries = 1000, seed = "19740701", shrinking = ShrinkingMode.OFF)
  void frontEndAndPlainReadingAgree(@ForAll("machines") String text) {
    if (difference(text).isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  @Provide
  Arbitrary<String> machinesOfTwoLengths() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.LENGTHS);
  }

  @Property(tries = 300, seed = "19640407", shrinking = ShrinkingMode.OFF)
  void frontEndAndPlainReadingAgreeOnTwoLengths(@ForAll("machinesOfTwoLengths") String text) {
    if (difference(text).isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  static Optional<String> difference(String text) {
    Machine machine = Texts.load(text);
    Machine other;
    try {
      WellFormed.check(machine);
      other = PlainReading.read(text);
    } catch (RuntimeException e) {
      return Optional.of(e.toString());
    }
    Layout layout = new Layout(machine);
    Layout otherLayout = new Layout(other);
    if (!layout.slots.equals(otherLayout.slots)) {
      return Optional.of("slots " + layout.slots + " and " + otherLayout.slots);
    }
    if (!rows(machine).equals(rows(other))) {
      return Optional.of("rows " + rows(machine) + " and " + rows(other));
    }
    TreeWalk walk = new TreeWalk(layout);
    TreeWalk otherWalk = new TreeWalk(otherLayout);
    Random random = new Random(1);
    for (int run = 0; run < RUNS; run++) {
      int code = random.nextInt(1 << layout.bits());
      long word = random.nextInt(1 << machine.fetch().word().width());
      String one = effects(layout, walk, code, word);
      String two = effects(otherLayout, otherWalk, code, word);
      if (!one.equals(two)) {
        return Optional.of(
            "word "
                + word
                + " on "
                + layout.show(code)
                + "\nfront end:     "
                + one
                + "\nplain reading: "
                + two);
      }
    }
    return Optional.empty();
  }

  /// The rows that have an encoding.
  private static List<String> rows(Machine machine) {
    TreeWalk walk = new TreeWalk(new Layout(machine));
    List<String> rows = new ArrayList<>();
    for (Instruction i : machine.instructions()) {
      for (Instruction.Row row : i.rows()) {
        boolean encoded = false;
        for (long word = 0; word <= Layout.mask(machine.fetch().word().width()); word++) {
          encoded |= walk.decode(word) == i && walk.inRow(row, i, word);
        }
        if (encoded) {
          rows.add(row.name());
        }
      }
    }
    return rows;
  }

  private static String effects(Layout layout, TreeWalk walk, int code, long word) {
    StringBuilder text = new StringBuilder();
    Machine machine = layout.machine;
    for (int s = 0; s < machine.spaces().size(); s++) {
      for (Access access : Access.values()) {
        for (long a = 0; a <= Layout.mask(machine.spaces().get(s).address().width()); a++) {
          text.append(walk.translate(layout.unpack(code), machine.spaces().get(s), a, access));
        }
      }
    }
    machine.modes().forEach(m -> text.append(walk.evaluate(layout.unpack(code), m.holds())));
    text.append(" fetches ").append(walk.fetch(layout.unpack(code)));
    Instruction instruction = walk.decode(word);
    text.append(' ').append(instruction.name());
    for (Instruction.Row row : instruction.rows()) {
      text.append(walk.inRow(row, instruction, word) ? " in " + row.name() : "");
    }
    for (var functions : Unspecified.choices(layout)) {
      walk.assume(functions);
      for (TreeWalk.Outcome outcome : walk.outcomes(layout.unpack(code), word, true)) {
        text.append(show(layout, outcome));
      }
    }
    return text.toString();
  }

  private static String show(Layout layout, TreeWalk.Outcome outcome) {
    return switch (outcome) {
      case TreeWalk.Outcome.Completes(var after) ->
          " completes "
              + layout.show(layout.pack(after))
              + (after.halted ? " halted" : "")
              + after.outputs.stream().map(o -> o.port() + "=" + o.value()).toList();
      case TreeWalk.Outcome.Traps(var cause, var arguments, var _) ->
          " traps " + cause + cause.kind() + cause.code() + arguments;
      case TreeWalk.Outcome.HandsOver() -> " hands over";
      case TreeWalk.Outcome.Stopped(var reason, var _) -> " stops: " + reason;
    };
  }
}
