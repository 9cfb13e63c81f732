package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.smt.SolverChoice;
import trapline.symbolic.Layout;

/// A `vmm` block must lead guests to storage, never to a device: the host's, or their own as if it
/// were storage.
final class ComposedTest {
  private static final String HEAD =
      """
      language 1;
      import "third-generation.isa";
      import "third-generation-tlb.isa";
      """;
  private static final String CELL =
      " count { get { return zext(timer); } set(v) { timer = v[15..0]; } } }\n";

  @TempDir Path folder;

  @Test
  void devicesBehindAllStorageAreLeftOut() {
    assertEquals(Optional.empty(), fault("ThirdGen", "bank io on E { Q - 1" + CELL));
    assertEquals(Optional.empty(), fault("ThirdGenTLB", "bank io on E { Q - 1" + CELL));
  }

  @Test
  void aBoundBeyondTheRegionIsRefuted() {
    String why =
        refuted(
            "ThirdGen",
            "bank io on E { Q - 1"
                + CELL
                + """
                vmm {
                  deprivilege S to U;
                  run    psw.mode = U, psw.ie = true;
                  shadow psw.base  = virt.psw.base + region.base;
                  shadow psw.bound = min(virt.psw.bound, sat_sub(region.size, zext(virt.psw.base)) + 1);
                  virtual psw.mode, psw.ie, timer, due, console;
                }
                """);
    assertTrue(why.contains("real cell"), why);
  }

  /// A region begins behind it, and yet the guest has one there itself, which a bound cannot leave
  /// out.
  @Test
  void aDeviceAmongTheGuestsStorageIsRefuted() {
    String why = refuted("ThirdGen", "bank io on E { 7" + CELL);
    assertTrue(why.contains("is the guest's cell 7, device register io.count,"), why);
  }

  /// It shares a page with storage, which a buffer maps as a whole and the monitor takes out again.
  @Test
  void aDeviceInAPageOfStorageIsTakenOutAgain() {
    assertEquals(Optional.empty(), fault("ThirdGenTLB", "bank io on E { 7" + CELL));
  }

  private String refuted(String base, String items) {
    var fault = fault(base, items).orElseThrow();
    assertTrue(fault.refuted(), fault::why);
    return fault.why();
  }

  private Optional<Composed.Fault> fault(String base, String items) {
    try (var solver = SolverChoice.Z3.open(java.time.Duration.ofSeconds(60))) {
      return Composed.of(Layout.of(machine(base, items)), solver).fault(Property.GAP);
    }
  }

  private Machine machine(String base, String items) {
    try {
      Path file = folder.resolve("devices.isa");
      for (String name : List.of("third-generation.isa", "third-generation-tlb.isa")) {
        if (!Files.exists(folder.resolve(name))) {
          Files.copy(Path.of("isa-specs", name), folder.resolve(name));
        }
      }
      Files.writeString(
          file, HEAD + "machine Devices extends " + base + " with {\n" + items + "}\n");
      var loaded = Loader.load(List.of(file), List.of());
      return LoaderFixture.machine(loaded, "Devices", Map.of("Q", "512"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
