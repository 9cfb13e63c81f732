package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The described System/370 does what Hercules does, instruction by instruction, except for the
/// differences that [MainframeDifference] names.
///
/// `-Dpeer.hercules=true` runs fresh trials live; `-Dpeer.record=basic`, `-Dpeer.record=translated`
/// record anew.
final class MainframePeerTest {
  private static final Path RECORDS = Path.of("src/test/resources/vectors/ibm-370");
  private static final Suite BASIC =
      new Suite("hercules-3.13.txt.gz", MainframeTrials.basic(), MainframeStorage.BASIC, s -> s);
  private static final Suite TRANSLATED =
      new Suite(
          "translated.txt.gz",
          MainframeTrials.translated(),
          MainframeStorage.TRANSLATED,
          MainframeStorage::comparable);

  private record Suite(
      String file,
      MainframeTrials trials,
      Mainframe.Layout layout,
      UnaryOperator<Stepper> comparable) {
    Comparison comparison() {
      var machine = OfDescription.machine(Path.of("isa-specs/ibm-370.isa"), "IBM370", Map.of());
      var described = new OfDescription(machine, Hercules.names(layout), List.of("part", "ended"));
      return new Comparison(trials, comparable.apply(described));
    }

    Stepper hercules() {
      return Hercules.installed(layout)
          .<Stepper>map(comparable::apply)
          .orElseThrow(() -> new AssertionError("hercules is not installed"));
    }

    void replay(int least) throws IOException {
      Path record = RECORDS.resolve(file);
      Comparison comparison = comparison();
      comparison.replay(record);
      assertTrue(comparison.compared() >= least, "trials: " + comparison.compared());
      comparison.conclude();
    }

    void live() throws IOException {
      assumeTrue(Boolean.getBoolean("peer.hercules"));
      Comparison comparison = comparison();
      comparison.live(hercules());
      comparison.conclude();
    }

    void record(String asked, String origin) throws IOException {
      assumeTrue(asked.equals(System.getProperty("peer.record")));
      comparison().record(hercules(), origin, RECORDS.resolve(file));
    }
  }

  @Test
  void recordedTrialsComeOutAsOnHercules() throws IOException {
    BASIC.replay(23_000);
  }

  @Test
  void recordedTrialsWithTranslationComeOutAsOnHercules() throws IOException {
    TRANSLATED.replay(27_000);
  }

  @Test
  void freshTrialsComeOutAsOnHercules() throws IOException {
    BASIC.live();
  }

  @Test
  void freshTrialsWithTranslationComeOutAsOnHercules() throws IOException {
    TRANSLATED.live();
  }

  @Test
  void trialsAreRecordedOnRequest() throws IOException {
    BASIC.record("basic", "one instruction on Hercules 3.13, System/370");
  }

  @Test
  void trialsWithTranslationAreRecordedOnRequest() throws IOException {
    TRANSLATED.record(
        "translated", "one instruction on Hercules 3.13, System/370, EC mode and translation");
  }
}
