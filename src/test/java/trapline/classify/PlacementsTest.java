package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.lang.LoaderFixture;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.smt.Terms;
import trapline.symbolic.Layout;

/// What a placement claims, by the simulator and address by address.
final class PlacementsTest {
  private static final Machine TABLE =
      LoaderFixture.shipped("third-generation-table.isa", "ThirdGenTable", Map.of());
  private static final Machine MODEL_67 =
      LoaderFixture.shipped("ibm-360-67.isa", "IBM360_67", Map.of());
  private static final Machine SEGMENTS =
      LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of());

  /// As far as a user's address reaches, and beyond the storage.
  private static final int ADDRESSES = 1100;

  @Test
  void aProgramCannotTellTheTwoApart() {
    for (Placement placement : placements(TABLE)) {
      assertEquals(
          List.of(),
          differing(window(TABLE, placement.first()), window(TABLE, placement.last())),
          placement.toString());
    }
  }

  /// Of any page, say: `valid` and `write` are the first two bits.
  @Test
  void itCanOnceItHasStoredToATable() {
    for (Placement placement : placements(TABLE)) {
      assertTrue(
          LongStream.range(0, ADDRESSES)
              .anyMatch(a ->
                  LongStream.range(0, 32)
                      .anyMatch(page -> isSeen(placement, a, Bits.of(32, 0xc0000000L | page)))),
          placement.toString());
    }
  }

  @Test
  void addressesOfTheSupervisorArePhysicalAndArePlacedInOneWay() {
    assertEquals(
        List.of(List.of("U")),
        placements(TABLE).stream().map(p -> p.modes().stream().map(Mode::name).toList()).toList());
  }

  @Test
  void everySegmentReachesItsFirstAddresses() {
    Simulator simulator = Simulator.sparse(SEGMENTS);
    Space space = SEGMENTS.spaces().getFirst();
    for (Placement placement : placements(SEGMENTS)) {
      for (var snapshot : List.of(placement.first(), placement.last())) {
        State state = snapshot.toState(simulator);
        for (long segment = 0; segment < 6; segment++) {
          for (long offset : List.of(0L, 64L)) {
            Bits address = Bits.of(35, segment << 32 | offset);
            assertTrue(
                simulator.translate(state, space, address, Access.LOAD).isPresent(),
                segment + ":" + offset + " of " + snapshot);
          }
        }
      }
    }
  }

  /// Each byte of it another one, not zero.
  @Test
  void windowsAgreeWhateverARoomHolds() {
    for (Placement placement : placements(MODEL_67)) {
      Room room = placement.room().orElseThrow();
      assertEquals(
          List.of(),
          differing(
              window(MODEL_67, filled(placement.first(), room)),
              window(MODEL_67, filled(placement.last(), room))),
          placement.toString());
    }
  }

  @Test
  void anInstructionIsFetchedFromTheRoom() {
    Simulator simulator = Simulator.of(MODEL_67);
    for (Placement placement : placements(MODEL_67)) {
      Room room = placement.room().orElseThrow();
      for (var snapshot : List.of(placement.first(), placement.last())) {
        OptionalLong index =
            simulator.translate(
                snapshot.toState(simulator), MODEL_67.spaces().getFirst(), room.at(), Access.FETCH);
        assertEquals(room.cells().getFirst(), index.getAsLong(), placement.toString());
      }
    }
  }

  @Test
  void thereIsNoRoomInAPageThatIsATable() {
    for (Placement placement : placements(TABLE)) {
      assertEquals(Optional.empty(), placement.room());
    }
  }

  @Test
  void whereNoTableLiesInStorageThereIsNone() {
    assertEquals(
        List.of(), placements(LoaderFixture.shipped("third-generation.isa", "ThirdGen", Map.of())));
  }

  private static List<Placement> placements(Machine machine) {
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(30))) {
      Layout layout = Layout.of(machine);
      return Placements.modes(layout).stream()
          .flatMap(m -> Placements.of(layout, new Terms(), solver, m).stream())
          .toList();
    }
  }

  /// What each address leads to, and what is there.
  private record Cell(OptionalLong index, Bits content) {}

  private static List<Cell> window(Machine machine, Snapshot snapshot) {
    return window(machine, snapshot.toState(Simulator.of(machine)));
  }

  private static List<Cell> window(Machine machine, State state) {
    Simulator simulator = Simulator.of(machine);
    Space space = machine.spaces().getFirst();
    List<Cell> cells = new ArrayList<>();
    for (int a = 0; a < ADDRESSES; a++) {
      OptionalLong index = simulator.translate(state, space, Bits.of(32, a), Access.LOAD);
      Bits content =
          index.isPresent() ? state.memory(space.memory(), index.getAsLong()) : Bits.zero(32);
      cells.add(new Cell(index, content));
    }
    return cells;
  }

  /// The addresses at which two windows do not agree.
  private static List<Integer> differing(List<Cell> one, List<Cell> two) {
    List<Integer> differing = new ArrayList<>();
    for (int a = 0; a < ADDRESSES; a++) {
      boolean both = one.get(a).index().isPresent() && two.get(a).index().isPresent();
      if (both && !one.get(a).content().equals(two.get(a).content())) {
        differing.add(a);
      }
    }
    return differing;
  }

  private static State filled(Snapshot snapshot, Room room) {
    State state = snapshot.toState(Simulator.of(MODEL_67));
    for (long cell : room.cells()) {
      state.memory(room.memory(), cell, Bits.of(32, 0x01020304L + 0x04040404L * cell));
    }
    return state;
  }

  private static boolean isSeen(Placement placement, long address, Bits value) {
    Simulator simulator = Simulator.of(TABLE);
    Space space = TABLE.spaces().getFirst();
    List<List<Cell>> windows = new ArrayList<>();
    for (var snapshot : List.of(placement.first(), placement.last())) {
      State state = snapshot.toState(simulator);
      OptionalLong index = simulator.translate(state, space, Bits.of(32, address), Access.STORE);
      if (index.isEmpty()) {
        return false;
      }
      state.memory(space.memory(), index.getAsLong(), value);
      windows.add(window(TABLE, state));
    }
    return !differing(windows.getFirst(), windows.getLast()).isEmpty();
  }
}
