package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.bits.Bits;
import trapline.classify.Classes;
import trapline.classify.Definitions;
import trapline.codec.Codec;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;

/// A region is what enumeration finds when every value of the operands is a row of its own.
final class RegionLaws {
  private static int regions;
  private static int proper;
  private static int inexact;

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, new RandomMachine.Reach(false, false));
  }

  @Property(tries = 150, seed = "19740702", shrinking = ShrinkingMode.OFF)
  void aRegionIsTheValuesForWhichThePropertyHolds(@ForAll("machines") String text)
      throws InterruptedException {
    Machine machine = Texts.load(text);
    Analysis analysis = analyze(machine);
    if (analysis.rows().stream().allMatch(r -> r.regions().isEmpty())) {
      return;
    }
    BruteForce.Answer answer = BruteForce.decide(byValue(machine), BruteForce.Options.STANDARD);
    Codec codec = Codec.of(machine);
    for (Classes row : analysis.rows()) {
      row.regions()
          .forEach((property, region) -> {
            regions++;
            proper += region.isEverything() ? 0 : 1;
            inexact += region.exact() ? 0 : 1;
            for (Map<String, Bits> values : values(row.instruction(), row.row())) {
              String name = name(row.row(), values);
              if (row.instruction() == machine.reserved()
                  || !isEncoding(codec, row.instruction(), row.row(), values)
                  || answer.unclear().contains(name)) {
                continue;
              }
              boolean privileged = property == trapline.isa.Property.PRIVILEGED;
              boolean holds = answer.holds(name, property) != privileged;
              boolean contains = region.contains(values);
              boolean mustAgree = region.exact() && !(privileged && !contains);
              assertEquals(
                  holds || !mustAgree && contains,
                  contains || privileged && holds,
                  () ->
                      name + " " + property.word() + " where " + region.predicate() + "\n" + text);
            }
          });
    }
  }

  @AfterContainer
  static void tell() {
    System.out.printf(
        "regions: %d, of which %d are not all encodings, %d not exact%n", regions, proper, inexact);
  }

  private static Analysis analyze(Machine machine) throws InterruptedException {
    return Analyzer.analyze(
        machine,
        new Options(
            Definitions.STANDARD,
            SolverChoice.AUTO,
            1,
            Duration.ofSeconds(20),
            Set.of(),
            Optional.empty()),
        Progress.NONE);
  }

  /// The machine with a row for every value of the operands.
  private static Machine byValue(Machine m) {
    List<Instruction> instructions = new ArrayList<>();
    for (Instruction i : m.instructions()) {
      List<Instruction.Row> rows = new ArrayList<>();
      for (Instruction.Row row : i.rows()) {
        for (Map<String, Bits> values : values(i, row)) {
          Map<trapline.isa.Local, Bits> fixed = new LinkedHashMap<>(row.fixed());
          for (Encoding.Operand operand : i.encoding().operands()) {
            Bits value = values.get(operand.local().name());
            if (value != null) {
              fixed.put(operand.local(), value);
            }
          }
          rows.add(new Instruction.Row(name(row, values), fixed, row.condition()));
        }
      }
      instructions.add(
          new Instruction(i.name(), i.encoding(), i.body(), rows, i.cite(), i.doc(), i.span()));
    }
    return m.withInstructions(instructions);
  }

  /// Whether the instruction has such an encoding: a decode condition may exclude it.
  private static boolean isEncoding(
      Codec codec, Instruction instruction, Instruction.Row row, Map<String, Bits> values) {
    Map<trapline.isa.Local, Bits> operands = new LinkedHashMap<>(row.fixed());
    instruction.encoding().operands().stream()
        .map(Encoding.Operand::local)
        .filter(l -> values.containsKey(l.name()))
        .forEach(l -> operands.put(l, values.get(l.name())));
    return codec.decode(codec.encode(instruction, operands)).instruction() == instruction;
  }

  private static String name(Instruction.Row row, Map<String, Bits> values) {
    return values.isEmpty() ? row.name() : row.name() + " at " + values;
  }

  /// Every combination of values of the operands that the row leaves free.
  private static List<Map<String, Bits>> values(Instruction instruction, Instruction.Row row) {
    List<Map<String, Bits>> all = new ArrayList<>(List.of(Map.of()));
    for (Encoding.Operand operand : instruction.encoding().operands()) {
      if (row.fixed().containsKey(operand.local())) {
        continue;
      }
      List<Map<String, Bits>> next = new ArrayList<>();
      int width = operand.local().width();
      for (Map<String, Bits> values : all) {
        for (long v = 0; v < 1L << width; v++) {
          Map<String, Bits> more = new LinkedHashMap<>(values);
          more.put(operand.local().name(), Bits.of(width, v));
          next.add(more);
        }
      }
      all = next;
    }
    return all;
  }
}
