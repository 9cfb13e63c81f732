package trapline.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RendererTest {
  private enum Sample implements Code {
    WIDTH_MISMATCH;

    @Override
    public String slug() {
      return "width-mismatch";
    }

    @Override
    public Severity severity() {
      return Severity.ERROR;
    }
  }

  private static Span at(SourceFile file, String part) {
    int start = file.text().indexOf(part);
    return new Span(file, start, start + part.length());
  }

  @Test
  void aDiagnosticLooksLikeTheOneInTheStyleGuide() {
    var file = new SourceFile("isa-specs/toy.isa", "\n".repeat(13) + "  acc := acc + imm8\n");
    var diagnostic =
        Diagnostic.of(
                Sample.WIDTH_MISMATCH,
                "'+' needs operands of equal width",
                new Span(file, 22, 25),
                "16 bits")
            .with(at(file, "imm8"), "8 bits")
            .help("write zext(imm8, 16) or sext(imm8, 16)");
    assertEquals(
        """
        error[width-mismatch]: '+' needs operands of equal width
          ┌ isa-specs/toy.isa:14:10
        14 │   acc := acc + imm8
           │          ^^^ 16 bits
           │                ---- 8 bits
           = help: write zext(imm8, 16) or sext(imm8, 16)
           = see:  trapline explain width-mismatch
        """,
        Renderer.plain(diagnostic));
  }

  @Test
  void tabsAndWideCharactersDoNotMoveTheMarks() {
    var file = new SourceFile("a", "\tx = \"漢字\" + wrong;\n");
    assertEquals(
        """
        error[width-mismatch]: m
         ┌ a:1:13
        1 │     x = "漢字" + wrong;
          │                  ^^^^^ here
          = see:  trapline explain width-mismatch
        """,
        Renderer.plain(Diagnostic.of(Sample.WIDTH_MISMATCH, "m", at(file, "wrong"), "here")));
  }

  @Test
  void aSpanOfSeveralLinesIsMarkedOnItsFirst() {
    var file = new SourceFile("a", "let x = {\n  1\n};\n");
    assertEquals(
        """
        error[width-mismatch]: m
         ┌ a:1:9
        1 │ let x = {
          │         ^ here
          = see:  trapline explain width-mismatch
        """,
        Renderer.plain(Diagnostic.of(Sample.WIDTH_MISMATCH, "m", at(file, "{\n  1\n}"), "here")));
  }

  @Test
  void aVeryLongLineIsCutAroundItsLabelAndShownAtOnce() {
    var file = new SourceFile("a", "x".repeat(1_000_000) + " wrong " + "y".repeat(1_000_000));
    String shown =
        Renderer.plain(Diagnostic.of(Sample.WIDTH_MISMATCH, "m", at(file, "wrong"), "here"));
    assertTrue(shown.contains("wrong"), shown);
    assertTrue(shown.lines().allMatch(line -> line.length() < 120), shown);
    String source = shown.lines().toList().get(2);
    String marks = shown.lines().toList().get(3);
    assertEquals(
        source.indexOf("wrong") - source.indexOf('│'), marks.indexOf('^') - marks.indexOf('│'));
  }

  @Test
  void colorOnlyAddsEscapes() {
    var file = new SourceFile("a", "wrong\n");
    var diagnostic = Diagnostic.of(Sample.WIDTH_MISMATCH, "m", at(file, "wrong"), "here").help("h");
    assertEquals(
        Renderer.plain(diagnostic),
        new Renderer(true).render(diagnostic).replaceAll("\u001b\\[[0-9;]*m", ""));
  }
}
