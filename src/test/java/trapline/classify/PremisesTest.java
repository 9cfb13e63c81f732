package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;

final class PremisesTest {
  /// Each part is looked for when it is wanted, so in another order.
  private record WhenWanted(Solver solver) implements Premises.Workers {
    @Override
    public <T> Supplier<T> begin(Function<Solver, T> part) {
      return new Supplier<>() {
        private Optional<T> found = Optional.empty();

        @Override
        public T get() {
          if (found.isEmpty()) {
            found = Optional.of(part.apply(solver));
          }
          return found.get();
        }
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "third-generation-table.isa, ThirdGenTable",
    "ibm-360-67.isa, IBM360_67",
    "riscv/riscv.isa, RV32"
  })
  void theOrderOfThePartsMakesNoDifference(String file, String name) {
    Machine machine = LoaderFixture.shipped(file, name, Map.of());
    try (Solver one = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver two = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      Premises found = Premises.of(machine, one);
      assertTrue(found.areDecided());
      assertEquals(found, Premises.of(machine, new WhenWanted(two)));
    }
  }
}
