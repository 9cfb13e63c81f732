package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.smt.Terms;
import trapline.symbolic.Layout;

/// Where a guest is put whose instructions are asked about first.
final class AllotmentTest {
  private static final String TABLE = "third-generation-table.isa";

  /// Its block keeps the first page for the machine, and needs 64 words for tables.
  @Test
  void aGuestHasAPieceOfStorageAndTheMonitorTablesBesidesIt() {
    Machine machine = LoaderFixture.shipped(TABLE, "ThirdGenTable", Map.of());
    Map<String, Bits> values = of(machine).orElseThrow().values();
    BigInteger storage = machine.memories().getFirst().count();
    BigInteger base = value(values, "region base");
    BigInteger end = base.add(value(values, "region size"));
    BigInteger tables = value(values, "region tables");
    BigInteger after = tables.add(BigInteger.valueOf(machine.monitor().orElseThrow().tables()));
    assertTrue(end.compareTo(base) > 0 && end.compareTo(storage) <= 0, values::toString);
    assertTrue(after.compareTo(storage) <= 0, values::toString);
    assertTrue(after.compareTo(base) <= 0 || end.compareTo(tables) <= 0, values::toString);
    assertEquals(3, values.keySet().stream().filter(n -> n.startsWith("mapped for ")).count());
  }

  @Test
  void whereNothingIsInstalledThereIsNone() {
    assertEquals(
        Optional.empty(), of(LoaderFixture.shipped("third-generation.isa", "ThirdGen", Map.of())));
  }

  private static BigInteger value(Map<String, Bits> values, String name) {
    return Objects.requireNonNull(values.get(name), name).value();
  }

  private static Optional<Allotment> of(Machine machine) {
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(30))) {
      return Allotment.of(Layout.of(machine), new Terms(), solver);
    }
  }
}
