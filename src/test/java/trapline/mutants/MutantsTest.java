package trapline.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A deliberately wrong engine is caught by the tests, every time.
final class MutantsTest {
  private static final Path REPORT = Path.of("reports/mutants.md");

  @TempDir Path folder;

  @Test
  void everyMutantStillFitsItsSource() throws IOException {
    List<Mutant> all = Mutant.all();
    assertTrue(all.size() >= 14, all.size() + " mutants");
    for (Mutant mutant : all) {
      assertFalse(mutant.source().isEmpty());
    }
  }

  @Test
  void theReportTellsOfEveryMutant() throws IOException {
    String report = Files.readString(REPORT);
    for (Mutant mutant : Mutant.all()) {
      assertTrue(report.contains(mutant.breaks()), mutant.breaks());
    }
  }

  @Test
  void aWrongDefinitionAndAWrongRuleAreCaught() throws Exception {
    for (Mutant mutant : Mutant.all()) {
      if (mutant.breaks().contains("not R") || mutant.breaks().contains("ranges touch")) {
        assertFalse(catches(mutant).isEmpty(), "nothing catches: " + mutant.breaks());
      }
    }
  }

  @Tag("mutants")
  @Test
  void everyMutantIsCaught() throws Exception {
    StringBuilder table = new StringBuilder();
    List<String> escaped = new ArrayList<>();
    for (Mutant mutant : Mutant.all()) {
      Optional<String> caught = catches(mutant);
      if (caught.isEmpty()) {
        escaped.add(mutant.breaks());
      }
      System.out.println(mutant.breaks() + ": " + caught);
      table.append(
          "| "
              + mutant.breaks()
              + " | "
              + Path.of("src/main/java/trapline").relativize(mutant.file())
              + " | "
              + caught.orElse("nothing")
              + " |\n");
    }
    String report =
        """
        # Mutants

        Deliberately wrong engines, and the first of the tests that caught each. Written and compared by
        `mvn -Pmutants test`; the changes are in `src/test/resources/mutants/mutants.txt`.

        | What is wrong | Where | Caught by |
        | --- | --- | --- |
        """
            + table;
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(REPORT, report);
    }
    assertEquals(List.of(), escaped);
    assertEquals(Files.readString(REPORT), report);
  }

  private Optional<String> catches(Mutant mutant) throws IOException, InterruptedException {
    Path patched = Files.createTempDirectory(folder, "mutant");
    mutant.compile(patched);
    return Deciding.firstToFail(patched, mutant.tests());
  }
}
