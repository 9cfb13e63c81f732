package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `reports/` is what `trapline report @reports/arguments` writes.
final class ReportsTest {
  private static final Path REPORTS = Path.of("reports");
  private static final Path ARGUMENTS = REPORTS.resolve("arguments");

  /// Descriptions that are asked about in every run, within three minutes; all are in the slow
  /// test.
  private static final List<String> QUICK =
      List.of(
          "isa-specs/third-generation.isa",
          "isa-specs/third-generation-leaky.isa",
          "isa-specs/third-generation-sound.isa",
          "isa-specs/third-generation-configured.isa",
          "isa-specs/third-generation-time.isa",
          "isa-specs/third-generation-tlb.isa",
          "isa-specs/third-generation-devices.isa",
          "isa-specs/third-generation-tlb-devices.isa",
          "isa-specs/third-generation-table.isa",
          "isa-specs/not-third-generation.isa",
          "isa-specs/rings.isa",
          "isa-specs/pdp-10.isa",
          "isa-specs/ibm-360.isa",
          "isa-specs/mips-r3000.isa",
          "isa-specs/riscv/riscv.isa",
          "isa-specs/riscv/variants.isa");

  private static final Pattern LINK = Pattern.compile("^\\| \\[.*?]\\((.*?)\\.md\\)");

  /// What stands there besides.
  private static final List<String> OTHERS = List.of("mutants.md", "scale.md", "scale.svg");

  @TempDir Path folder;

  @Test
  void theReportsOfMostMachinesAreUpToDate() throws IOException {
    List<String> line = new ArrayList<>(List.of("report"));
    line.addAll(QUICK);
    line.addAll(List.of("--format", "html,markdown", "--readme", "--output", folder.toString()));
    Session session = Session.of(line.toArray(String[]::new));
    assertEquals(0, session.code(), session.err());
    String page = Files.readString(REPORTS.resolve("index.html"));
    int machines = 0;
    for (String row : Files.readAllLines(folder.resolve("README.md"))) {
      Matcher link = LINK.matcher(row);
      if (link.find()) {
        machines++;
        assertTrue(Files.readAllLines(REPORTS.resolve("README.md")).contains(row), row);
        assertTrue(page.contains("<a href=\"" + link.group(1) + ".html\">"), row);
        for (String ending : List.of(".html", ".md", ".svg")) {
          String name = link.group(1) + ending;
          assertEquals(
              Files.readString(folder.resolve(name)),
              Files.readString(REPORTS.resolve(name)),
              name);
        }
      }
    }
    assertTrue(machines > 50, session.err());
  }

  @Test
  void noReportTellsOfARefutedExpectation() throws IOException {
    List<String> telling = new ArrayList<>();
    try (var pages = Files.newDirectoryStream(REPORTS, "*.md")) {
      for (Path page : pages) {
        if (Files.readAllLines(page).stream().anyMatch(l -> l.matches("\\d+ refuted.*"))) {
          telling.add(page.getFileName().toString());
        }
      }
    }
    assertEquals(List.of(), telling);
  }

  @Test
  void theIndexLeadsToEveryReportAndNamesTheUndecided() throws IOException {
    String index = Files.readString(REPORTS.resolve("README.md"));
    Set<String> linked = new TreeSet<>();
    index
        .lines()
        .map(LINK::matcher)
        .filter(Matcher::find)
        .forEach(m ->
            linked.addAll(List.of(m.group(1) + ".md", m.group(1) + ".html", m.group(1) + ".svg")));
    linked.addAll(List.of("README.md", "index.html"));
    for (String also : List.of("mutants.md", "scale.md")) {
      assertTrue(index.contains("[" + also + "](" + also + ")"), also);
    }
    linked.addAll(OTHERS);
    Set<String> there = pages(REPORTS).keySet();
    assertEquals(there, linked);
    for (String line : Files.readAllLines(ARGUMENTS)) {
      if (line.startsWith("--skip=")) {
        String row = "| " + line.substring(7).replace("_", "\\_") + " |";
        assertTrue(
            index.lines().anyMatch(l -> l.startsWith(row) && l.contains("not decided yet")), line);
      }
    }
  }

  @Test
  void everyDescriptionIsInTheReports() throws IOException {
    String arguments = Files.readString(ARGUMENTS);
    try (Stream<Path> files = Files.walk(Path.of("isa-specs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".isa")).toList()) {
        // What all variants of an architecture share is a machine by itself, and no report.
        boolean describes =
            !file.endsWith("core.isa")
                && Files.readAllLines(file).stream().anyMatch(l -> l.startsWith("machine "));
        assertTrue(
            !describes || arguments.lines().anyMatch(file.toString()::equals), file.toString());
      }
    }
  }

  @Test
  @Tag("slow")
  void allReportsAreUpToDate() throws IOException {
    Path arguments = folder.resolve("arguments");
    Path out = folder.resolve("out");
    Files.writeString(
        arguments, Files.readString(ARGUMENTS).replace("--output=reports", "--output=" + out));
    Session session = Session.of("report", "@" + arguments);
    assertEquals(0, session.code(), session.err());
    TreeMap<String, String> found = pages(out);
    if (Boolean.getBoolean("golden.update")) {
      for (var page : found.entrySet()) {
        Files.writeString(REPORTS.resolve(page.getKey()), page.getValue());
      }
    }
    TreeMap<String, String> expected = pages(REPORTS);
    expected.keySet().removeAll(OTHERS);
    assertEquals(expected, found);
  }

  private static TreeMap<String, String> pages(Path folder) throws IOException {
    TreeMap<String, String> pages = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.matches(".*\\.(html|md|svg)")) {
          pages.put(name, Files.readString(file));
        }
      }
    }
    return pages;
  }
}
