package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What the solver proves is what enumeration finds, on machines made for it.
final class OracleTest {
  @Test
  void bothAgreeOnAThirdGenerationMachine() {
    agree(TinyMachines.THIRD_GENERATION);
  }

  @Test
  void bothAgreeOnWhatSimpleDefinitionsGetWrong() {
    agree(TinyMachines.CORNERS);
  }

  @Test
  void bothAgreeOnWhatBreaksAPrecondition() {
    agree(TinyMachines.PRECONDITIONS);
  }

  @Test
  void bothAgreeOnWhatIsLeftOpen() {
    agree(TinyMachines.LOOSE);
  }

  @Test
  void bothAgreeOnWhatGoesWrongUnderAMonitor() {
    agree(TinyMachines.MONITORED);
  }

  @Test
  void bothAgreeOnDevicesInStorage() {
    agree(TinyMachines.DEVICES);
  }

  /// A guest then reaches its own devices' cells as if they were storage, or the host's.
  @Test
  void bothAgreeWhereAMonitorMapsDevices() {
    agree(
        TinyMachines.DEVICES.replace("shadow base = virt.base + region.base;", "shadow base = 2;"));
    agree(
        TinyMachines.DEVICES.replace(
            "min(virt.bound, sat_sub(region.size, virt.base))", "virt.bound"));
  }

  /// Then what lies beyond a guest's storage is the monitor's in every case.
  @Test
  void bothAgreeWhereGuestsRunUnrelocated() {
    agree(TinyMachines.MONITORED.replace("vmm {", "vmm {\n    where region.base == 0;"));
  }

  @Test
  void bothAgreeWhereTheyOnceDidNot() {
    TinyMachines.ONCE_WRONG.values().forEach(OracleTest::agree);
  }

  private static void agree(String text) {
    assertEquals(List.of(), OracleLaws.disagreements(text, false));
  }
}
