package trapline.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.bits.Bits;
import trapline.cache.AnswerCache;
import trapline.classify.Classes;
import trapline.classify.Definitions;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Property;
import trapline.isa.Theorem;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.report.Ink;
import trapline.report.Record;
import trapline.report.TextView;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;
import trapline.theorem.Verdict;

/// Whatever its size, a machine gets the answers that its instructions deserve. Time is not tested
/// here: see [ScaleBenchTest].
final class ScaleTest {
  @ParameterizedTest
  @ValueSource(ints = {10, 50, 100})
  void moreRowsOfAKindAreClassifiedAlike(int rows) {
    isRight(new SyntheticMachine(rows, 32, 16));
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "8, 64", "16, 48", "64, 63", "65, 20", "128, 8", "128, 64"})
  void neitherWidthNorStorageChangesAnAnswer(int width, int cellBits) {
    isRight(new SyntheticMachine(10, width, cellBits));
  }

  @Test
  void theLastOf2To64CellsOf128BitsIsACell() {
    Machine machine = new SyntheticMachine(10, 128, 64).machine();
    Memory cells =
        machine.memories().stream().filter(m -> m.name().equals("E")).findFirst().orElseThrow();
    assertEquals(BigInteger.ONE.shiftLeft(64), cells.count());
    for (Simulator simulator : List.of(Simulator.of(machine), Simulator.sparse(machine))) {
      var state = simulator.reset();
      var r =
          machine.registers().stream().filter(x -> x.name().equals("r")).findFirst().orElseThrow();
      Bits value = Bits.ones(128).sub(Bits.of(128, 41));
      state.memory(cells, -1L, value);
      state.register(r, 1, Bits.wrap(128, Bits.mask(64)));
      Bits load = Bits.of(32, 4 << 19 | 2 << 16 | 1 << 13);
      assertEquals("ldw4 r2, r1, 0", simulator.codec().disassemble(load, 0));
      assertInstanceOf(Outcome.Completed.class, simulator.execute(state, load));
      assertEquals(value.add(Bits.of(128, 1)), state.register(r, 2));
      assertEquals(List.of(-1L), List.copyOf(state.nonzero(cells).keySet()));
    }
  }

  @Test
  void theNumberOfJobsChangesNothing() {
    Machine machine = new SyntheticMachine(30, 16, 16).machine();
    String one = report(Analyzer.analyze(machine, options(1, Optional.empty()), Progress.NONE));
    for (int jobs : new int[] {2, 3, 7}) {
      assertEquals(
          one, report(Analyzer.analyze(machine, options(jobs, Optional.empty()), Progress.NONE)));
    }
  }

  @Test
  void editingOneOfManyInstructionsAsksOneRow(@TempDir Path folder) {
    SyntheticMachine synthetic = new SyntheticMachine(100, 32, 16);
    Options options = options(2, AnswerCache.in(folder, AnswerCache.CAPACITY));
    Analyzer.analyze(synthetic.machine(), options, Progress.NONE);
    Machine edited = SyntheticMachine.machine("edited", synthetic.textWith(47, "r[a] = r[b];"));
    Analysis again = Analyzer.analyze(edited, options, Progress.NONE);
    assertEquals(100, again.effort().remembered());
    assertEquals(101, again.rows().size());
  }

  private static void isRight(SyntheticMachine synthetic) {
    Analysis analysis =
        Analyzer.analyze(synthetic.machine(), options(2, Optional.empty()), Progress.NONE);
    assertFalse(analysis.isUndecided());
    assertEquals(synthetic.rows() + 1, analysis.rows().size());
    for (Classes row : analysis.rows()) {
      String name = row.row().name();
      boolean reserved = name.equals("reserved");
      boolean setr = name.startsWith("setr");
      assertEquals(setr, row.finding(Property.SENSITIVE).isHolds(), name);
      assertEquals(setr, row.finding(Property.CONTROL_SENSITIVE).isHolds(), name);
      assertEquals(setr, row.finding(Property.PRIVILEGED).isHolds(), name);
      assertEquals(setr, row.finding(Property.ENTERS_USER).isHolds(), name);
      assertEquals(reserved, row.finding(Property.TRAPS_ALWAYS).isHolds(), name);
      assertTrue(row.finding(Property.GAP).isFails(), name);
    }
    assertEquals(Verdict.HOLDS, analysis.conclusion(Theorem.VMM).reading().verdict());
    String text = TextView.of(Record.of(List.of(analysis)), Ink.PLAIN);
    assertTrue(text.contains(synthetic.rows() + 1 + " rows"), text);
  }

  private static String report(Analysis analysis) {
    return Record.text(Record.of(List.of(analysis)));
  }

  static Options options(int jobs, Optional<AnswerCache> cache) {
    return new Options(
        Definitions.STANDARD, SolverChoice.Z3, jobs, Duration.ofSeconds(30), Set.of(), cache);
  }
}
