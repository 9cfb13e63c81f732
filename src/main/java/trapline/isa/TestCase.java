package trapline.isa;

import java.util.List;
import trapline.bits.Bits;
import trapline.diag.Span;

/// A `test` block: it starts from reset and runs on the concrete machine.
public record TestCase(String name, List<Step> steps, Span span) {
  public sealed interface Step {
    /// Assembles lines into physical storage from index `at` of the memory that fetch reads.
    record Assemble(Bits at, List<Line> lines) implements Step {}

    /// Runs so many machine steps, interrupts included; fewer when the machine halts.
    record Run(int steps) implements Step {}

    /// Sets up state.
    record Do(Statement.Block block) implements Step {}

    /// `prelude` computes what the condition needs (loads through a space).
    record Assert(Statement.Block prelude, Expr condition, Span span) implements Step {}
  }

  public record Line(String text, Span span) {}
}
