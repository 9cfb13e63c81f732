package trapline.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.cache.AnswerCache;
import trapline.classify.Context;
import trapline.classify.Definitions;
import trapline.isa.Machine;
import trapline.report.Ink;
import trapline.report.Record;
import trapline.report.TextView;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;

/// What `check` costs by the number of rows, the width of a word and the cells of storage, all in
/// one run: `mvn test -Dtest=ScaleBenchTest -Dbench=true` writes `reports/scale.md` and
/// `reports/scale.svg`.
///
/// Processor time of the whole process, compiler and collector included, so that it tells something
/// on a busy computer too; the least of some repetitions, as everything else only adds.
final class ScaleBenchTest {
  private static final int[] ROWS = {10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
  private static final int[] WIDTHS = {8, 16, 32, 64, 128};
  private static final int[] CELLS = {8, 16, 24, 32, 48, 64};
  private static final int ASIDE = 200;

  /// Milliseconds of processor time. `shared` are the questions that are asked once per machine:
  /// above all, whether the `vmm` block composes translations.
  private record Cost(
      SyntheticMachine machine, double load, double shared, double classify, double report) {
    int rows() {
      return machine.rows() + 1;
    }

    double total() {
      return load + shared + classify + report;
    }

    double perRow() {
      return (total() - shared) / rows();
    }
  }

  @TempDir Path folder;

  @Test
  void theCurveIsDrawn() throws IOException {
    assumeTrue(Boolean.getBoolean("bench"));
    for (int i = 0; i < 4; i++) {
      measured(new SyntheticMachine(ASIDE, 32, 16), 1);
    }
    List<Cost> rows = new ArrayList<>();
    for (int n : ROWS) {
      rows.add(measured(new SyntheticMachine(n, 32, 16), n <= 100 ? 5 : n <= 500 ? 2 : 1));
    }
    List<Cost> widths =
        Arrays.stream(WIDTHS)
            .mapToObj(w -> measured(new SyntheticMachine(ASIDE, w, 16), 3))
            .toList();
    List<Cost> cells =
        Arrays.stream(CELLS)
            .mapToObj(c -> measured(new SyntheticMachine(ASIDE, 32, c), 3))
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add("# What size costs");
    lines.add("");
    lines.add(
        "`check` on synthetic machines (`src/test/java/trapline/scale/SyntheticMachine.java`): milliseconds");
    lines.add(
        "of processor time, compiler and collector included, all in one run of one process; written by");
    lines.add("`mvn test -Dtest=ScaleBenchTest -Dbench=true`. No cache, " + cores() + ".");
    lines.add("");
    lines.add(
        "*read*: text to machine; *once*: what is asked once per machine, above all whether the `vmm`");
    lines.add(
        "block composes translations, which takes an adder as wide as an address; *rows*: all questions");
    lines.add("about rows; *report*: JSON and text. *a row* leaves out *once*.");
    lines.add("");
    lines.add("![](scale.svg)");
    lines.add("");
    table(lines, "Rows", "Words of 32 bits, 2^16 cells.", rows, c -> "" + c.rows(), 100);
    table(
        lines,
        "Width of a word",
        ASIDE + " instructions, 2^16 cells.",
        widths,
        c -> c.machine().width() + " bits",
        32);
    table(
        lines,
        "Cells of storage",
        ASIDE + " instructions, words of 32 bits.",
        cells,
        c -> "2^" + c.machine().cellBits(),
        16);
    jobs(lines);
    cached(lines);
    Files.writeString(Path.of("reports/scale.md"), String.join("\n", lines) + "\n");
    Files.writeString(
        Path.of("reports/scale.svg"),
        new Chart()
            .panel("rows", points(rows, Cost::rows), "ms in all", true)
            .panel("bits of a word", points(widths, c -> c.machine().width()), "ms a row", false)
            .panel("2^x cells", points(cells, c -> c.machine().cellBits()), "ms a row", false)
            .svg());
  }

  private static String cores() {
    return Runtime.getRuntime().availableProcessors() + " processors";
  }

  private static List<double[]> points(
      List<Cost> costs, java.util.function.ToIntFunction<Cost> size) {
    boolean all = costs.getLast().rows() != costs.getFirst().rows();
    return costs.stream()
        .map(c -> new double[] {size.applyAsInt(c), all ? c.total() : c.perRow()})
        .toList();
  }

  private static void table(
      List<String> lines,
      String title,
      String what,
      List<Cost> costs,
      java.util.function.Function<Cost, String> size,
      int unit) {
    Cost base =
        costs.stream()
            .filter(c -> size.apply(c).matches("(2\\^)?" + unit + "( bits)?|" + (unit + 1)))
            .findFirst()
            .orElseThrow();
    lines.add("## " + title);
    lines.add("");
    lines.add(
        what + " The last column is the cost of a row against that at " + size.apply(base) + ".");
    lines.add("");
    lines.add(
        "| " + title.toLowerCase(Locale.ROOT) + " | read | once | rows | report | a row | ratio |");
    lines.add("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (Cost c : costs) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %.0f | %.0f | %.0f | %.2f | %.2f |",
              size.apply(c),
              c.load,
              c.shared,
              c.classify,
              c.report,
              c.perRow(),
              c.perRow() / base.perRow()));
    }
    lines.add("");
  }

  /// The least of each part.
  private static Cost measured(SyntheticMachine synthetic, int repetitions) {
    double load = Double.MAX_VALUE;
    double classify = Double.MAX_VALUE;
    double report = Double.MAX_VALUE;
    double shared = Double.MAX_VALUE;
    for (int i = 0; i < repetitions; i++) {
      System.gc();
      double start = processor();
      Machine machine = synthetic.machine();
      double loaded = processor();
      try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(30))) {
        assertEquals(machine, Context.of(machine, Definitions.STANDARD, solver).machine());
      }
      double prepared = processor();
      Analysis analysis =
          Analyzer.analyze(machine, ScaleTest.options(2, Optional.empty()), Progress.NONE);
      double classified = processor();
      List<JsonObject> records = Record.of(List.of(analysis));
      int length = Record.text(records).length() + TextView.of(records, Ink.PLAIN).length();
      double reported = processor();
      assertEquals(synthetic.rows() + 1, analysis.rows().size(), "of " + length);
      load = Math.min(load, loaded - start);
      shared = Math.min(shared, prepared - loaded);
      classify = Math.min(classify, classified - prepared);
      report = Math.min(report, reported - classified);
    }
    return new Cost(synthetic, load, shared, Math.max(0, classify - shared), report);
  }

  /// Elapsed time by the number of jobs: how well two processors are used depends on who else does.
  private static void jobs(List<String> lines) {
    Machine machine = new SyntheticMachine(ASIDE, 32, 16).machine();
    double[] least = {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int i = 0; i < 8; i++) {
      int jobs = 1 + i % 2;
      long start = System.nanoTime();
      Analyzer.analyze(machine, ScaleTest.options(jobs, Optional.empty()), Progress.NONE);
      least[jobs - 1] = Math.min(least[jobs - 1], (System.nanoTime() - start) / 1e6);
    }
    lines.add("## Jobs");
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%d instructions: %.0f ms elapsed with one job, %.0f ms with two: %.2f times as fast"
                + " (the least of four each, in turn). This is not processor time: it says little of a"
                + " computer that others use, too.",
            ASIDE,
            least[0],
            least[1],
            least[0] / least[1]));
    lines.add("");
  }

  private void cached(List<String> lines) {
    SyntheticMachine synthetic = new SyntheticMachine(1000, 32, 16);
    Options options = ScaleTest.options(2, AnswerCache.in(folder, AnswerCache.CAPACITY));
    lines.add("## Cache");
    lines.add("");
    lines.add("1000 instructions, milliseconds of processor time to classify.");
    lines.add("");
    lines.add("| run | asked | remembered | classify |");
    lines.add("| --- | ---: | ---: | ---: |");
    lines.add(run("the first", synthetic.text(), options));
    lines.add(run("the same again", synthetic.text(), options));
    lines.add(run("one instruction edited", synthetic.textWith(47, "r[a] = r[b];"), options));
    lines.add(
        run(
            "the translation edited",
            synthetic.text().replace("zext(a) >= bound", "zext(a) > bound"),
            options));
  }

  private static String run(String name, String text, Options options) {
    Machine machine = SyntheticMachine.machine("cached", text);
    double start = processor();
    Analysis analysis = Analyzer.analyze(machine, options, Progress.NONE);
    int remembered = analysis.effort().remembered();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %.0f |",
        name,
        analysis.rows().size() - remembered,
        remembered,
        processor() - start);
  }

  private static double processor() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e6;
  }
}
