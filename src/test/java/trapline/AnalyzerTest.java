package trapline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.theorem.Analysis;
import trapline.theorem.Verdict;

/// Which rows are asked about again under a hypothesis.
final class AnalyzerTest {
  private static final String TOY =
      """
      language 1;
      machine Toy {
        type Word = bits(8);
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode    role M reset S;
        reg pc   : bits(4) role P reset 0;
        reg base : bits(4) role R reset 0;
        reg r    : Word    role E reset 0;
        memory E[16] : Word role E;
        space V(a: bits(4)) on E { return a + base; }
        trap enter(code: bits(2)) { mode = S; pc = 0; }
        traps via enter {
          1 wrong()  : illegal;
          2 denied() : privilege;
        }
        fetch ir : Word = V[pc] then pc = pc + 1;
        instr inc  [0x10] "inc"  { r = r + 1; }
        instr show [0x20] "show" { r = zext(base); }
        instr move [0x30] "move" { if mode != S && base >= 4 { trap denied(); } base = 1; }
        reserved { trap wrong(); }
        assume high : base == 4;
        expect CLAIM;
      }
      """;

  @Test
  void whatIsInnocuousStaysSo() {
    assertEquals(List.of(), askedAgain("inc under high : innocuous"));
  }

  @Test
  void whatIsNotIsAsked() {
    assertEquals(List.of("show"), askedAgain("inc, show under high : innocuous"));
  }

  @Test
  void ofAnythingElseAllThatAreNamedAre() {
    assertEquals(List.of("inc"), askedAgain("inc under high : innocuous, !traps_in_user"));
    assertEquals(List.of("move"), askedAgain("move under high : traps_in_user"));
    assertEquals(List.of("inc"), askedAgain("inc under high : !innocuous"));
  }

  /// The rows that are asked after all have been asked once; if all is as claimed, or refuted.
  private static List<String> askedAgain(String claim) {
    List<String> asked = new ArrayList<>();
    Progress progress = step -> asked.add(step.row());
    Analysis analysis = Analyzer.analyze(machine(claim), Options.defaults(), progress);
    assertTrue(analysis.expectations().stream().allMatch(o -> o.verdict() != Verdict.UNDECIDED));
    return asked.subList(analysis.rows().size(), asked.size());
  }

  private static Machine machine(String claim) {
    Loader.Loaded loaded = Loader.loadText(new SourceFile("toy.isa", TOY.replace("CLAIM", claim)));
    return LoaderFixture.machine(loaded, "Toy", Map.of());
  }
}
