package trapline.classify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;

/// Instructions that are added to a described machine, and asked about.
final class GapFixture {
  private GapFixture() {}

  /// Whether the instruction `added` has a gap (`GAP`), or one in user modes (`HYBRID_GAP`), on a
  /// machine of isa-specs with 512 words.
  static Finding gap(String file, String name, String added, Property property) {
    Machine machine =
        LoaderFixture.machine(
            Path.of("isa-specs", file),
            text -> text.replaceFirst("(?=  instr lpsw )", "  " + added + "\n"),
            name,
            Map.of("Q", "512"));
    Instruction instruction =
        machine.instructions().stream()
            .filter(i -> added.startsWith("instr " + i.name() + " "))
            .findFirst()
            .orElseThrow();
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      Context context = Context.of(machine, Definitions.STANDARD, solver);
      return Gap.decide(
          new Inquiry(context, instruction, instruction.rows().getFirst(), solver, checker),
          property,
          property == Property.HYBRID_GAP ? machine.userModes() : Classifier.all(machine));
    }
  }
}
