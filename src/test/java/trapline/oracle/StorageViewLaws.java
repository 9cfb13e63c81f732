package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.TestRunner;

/// A view of storage is a slice of it as one row of bits: lowest bit first where it is `little`,
/// highest first where it is `big`.
final class StorageViewLaws {
  private static final int CELLS = 8;

  /// `by` is zero where none is written.
  record Shape(int cell, int element, int by, boolean big, boolean aligned, boolean translated) {
    int unit() {
      return by == 0 ? Math.min(cell, element) : by;
    }

    int addresses() {
      return CELLS * cell / unit();
    }

    int addressWidth() {
      return Bits.indexWidth(addresses());
    }

    String text() {
      int drop = Integer.numberOfTrailingZeros(cell / unit());
      int a = addressWidth();
      return """
      machine Viewed {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode role M reset S;
        reg pc : bits(3) role P reset 0;
        reg at : bits(%d) role E reset 0;
        reg value : bits(%d) role E reset 0;
        memory E[8] : bits(%d) role E;
        memory I[8] : bits(2) role E;
        space V(a: bits(%d)) on E { return a[%d..%d] ^ 5; }
        view W : bits(%d) of %s %s %s %s;
        trap none(code: bits(1)) { pc = 0; }
        traps via none { 1 opcode : illegal; }
        fetch ir : bits(2) = I[pc] then pc = pc + 1;
        instr get [0:2] "get" { value = W[at]; }
        instr put [1:2] "put" { W[at] = value; }
        reserved { trap opcode; }
      }
      """
          .formatted(
              a,
              element,
              cell,
              a,
              a - 1,
              drop,
              element,
              translated ? "V" : "E",
              by == 0 ? "" : "by " + by,
              big ? "big" : "little",
              aligned ? "aligned" : "");
    }

    /// Where element `address` begins in the row of bits.
    int start(int address) {
      int at = address * unit();
      return at - at % (aligned ? element : unit());
    }
  }

  @Provide
  Arbitrary<Shape> shapes() {
    return Combinators.combine(
            Arbitraries.of(1, 2, 3, 8),
            Arbitraries.of(1, 2, 4),
            Arbitraries.of(1, 2, 3, 4),
            Arbitraries.of(1, 2, 4),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as((unit, more, wider, lane, big, aligned, translated) -> {
          int cell = unit * more;
          int element = lane > more ? cell * wider : unit * lane;
          return new Shape(cell, element, unit, big, aligned, translated);
        })
        .filter(s -> !s.aligned || s.element > s.by && Integer.bitCount(s.element / s.by) == 1)
        .flatMap(s ->
            s.by != Math.min(s.cell, s.element)
                ? Arbitraries.of(s)
                : Arbitraries.of(0, s.by)
                    .map(by -> new Shape(s.cell, s.element, by, s.big, s.aligned, s.translated)));
  }

  @Property(tries = 200, seed = "19640407")
  void viewIsASliceOfARowOfBits(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Machine machine = Texts.load(shape.text());
    Simulator simulator = Simulator.of(machine);
    Memory storage = machine.memories().getFirst();
    for (int n = 0; n < 20; n++) {
      State state = simulator.reset();
      BigInteger[] cells = new BigInteger[CELLS];
      for (int i = 0; i < CELLS; i++) {
        cells[i] = new BigInteger(shape.cell, random);
        state.memory(storage, at(shape, i), new Bits(shape.cell, cells[i]));
      }
      int address = random.nextInt(shape.addresses());
      BigInteger written = new BigInteger(shape.element, random);
      state.register(register(machine, "at"), 0, Bits.of(shape.addressWidth(), address));
      run(simulator, state, "get");
      assertEquals(
          slice(shape, cells, shape.start(address)),
          state.register(register(machine, "value"), 0).value(),
          shape.text());
      state.register(register(machine, "value"), 0, new Bits(shape.element, written));
      run(simulator, state, "put");
      put(shape, cells, shape.start(address), written);
      for (int i = 0; i < CELLS; i++) {
        assertEquals(cells[i], state.memory(storage, at(shape, i)).value(), shape.text());
      }
    }
  }

  /// The second cell traps, and what was written to the first is undone; a narrow write is a store
  /// and nothing else.
  @Test
  void trapInAnyCellUndoesAllOfThem() {
    Machine machine =
        Texts.load(
            """
            machine Halves {
              enum Mode : bits(1) { S = 0, U = 1 }
              enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }
              reg mode : Mode role M reset S;
              reg pc : bits(3) role P reset 0;
              reg value : bits(8) role E reset 0xff;
              memory E[8] : bits(4) role E;
              memory I[8] : bits(2) role E;
              space V(a: bits(5), how: Access) on E {
                if a[4..2] == 3 && how == Store { trap readonly; }
                if a[4..2] == 5 && how == Load { trap writeonly; }
                return a[4..2];
              }
              view W : bits(8) of V by 1 big aligned;
              view A : bits(4) of V by 1 big;
              view B : bits(1) of V by 1 big;
              trap none(code: bits(2)) { pc = 0; }
              traps via none { 1 opcode : illegal;  2 readonly : memory;  3 writeonly : memory; }
              fetch ir : bits(2) = I[pc] then pc = pc + 1;
              instr wide   [0:2] "wide"   { W[8] = value; }
              instr across [2:2] "across" { A[10] = 0xf; }
              instr narrow [1:2] "narrow" { B[20] = 1; }
              reserved { trap opcode; }
            }
            """);
    Simulator simulator = Simulator.of(machine);
    State state = simulator.reset();
    Outcome wide = execute(simulator, state, "wide");
    assertEquals("readonly", ((Outcome.Trapped) wide).cause().name());
    assertEquals(0, state.memory(machine.memories().getFirst(), 2).toLong());
    Outcome across = execute(simulator, state, "across");
    assertEquals("readonly", ((Outcome.Trapped) across).cause().name());
    assertEquals(0, state.memory(machine.memories().getFirst(), 2).toLong());
    run(simulator, state, "narrow");
    assertEquals(8, state.memory(machine.memories().getFirst(), 5).toLong());
  }

  /// Programs count bytes, words are made of cells of four; the view says which end comes first.
  @ParameterizedTest
  @ValueSource(strings = {"little", "big"})
  void programsAreAddressedAsTheViewThatFetchesThem(String order) {
    Machine machine =
        Texts.load(
            """
            machine Bytes {
              enum Mode : bits(1) { S = 0, U = 1 }
              reg mode : Mode role M reset S;
              reg pc : bits(8) role P reset 0;
              reg r : bits(16) role E reset 0;
              reg base : bits(4) role R reset 0;
              memory E[64] : bits(32) role E;
              space V(a: bits(8)) on E { return a[7..2] + zext(base); }
              view V8 : bits(8) of V by 8 little;
              view V16 : bits(16) of V by 8 little aligned;
              trap none(code: bits(2)) { mode = S; pc = 0; }
              traps via none { 1 opcode : illegal;  2 svc : call; }
              fetch ir : bits(16) = V16[zext(pc)] then pc = pc + 2;
              instr ldb [0x01 a:8] "ldb {a:label}" { r = zext(V8[a]); }
              instr stb [0x02 a:8] "stb {a:label}" { V8[a] = r[7..0]; }
              instr ldh [0x03 a:8] "ldh {a:label}" { r = V16[a]; }
              instr svc [0x04 0:8] "svc" { trap svc; }
              instr hlt [0x05 0:8] "hlt" { if mode == U { trap svc; } halt; }
              reserved { trap opcode; }
              test "bytes" {
                asm at 0 { "  ldb data" "  stb data + 3" "  ldh data + 2" "  hlt"
                           "data: .byte 0x12, 0x34, 0x56, 0x78" }
                step 3;
                assert r == FIRST && E[2] == SECOND;
              }
            }
            """
                .replace("little", order)
                .replace("FIRST", order.equals("big") ? "0x5612" : "0x1256")
                .replace("SECOND", order.equals("big") ? "0x12345612" : "0x12563412"));
    assertEquals(new TestRunner.Verdict.Passed(), TestRunner.run(machine).getFirst().verdict());
  }

  /// A view of a relocated space, decided by the solver as by enumeration.
  @ParameterizedTest
  @ValueSource(strings = {"", "aligned"})
  void solverAndEnumerationAgreeOnViews(String aligned) {
    assertEquals(
        List.of(),
        OracleLaws.disagreements(
            """
            machine Tiny {
              enum Mode : bits(1) { S = 0, U = 1 }
              enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }
              reg mode : Mode role M reset S;
              reg pc : bits(1) role P reset 0;
              reg r : bits(2) role E reset 0;
              reg base : bits(1) role R reset 0;
              memory E[4] : bits(2) role E;
              space V(a: bits(2), how: Access) on E {
                if a == 3 && how == Store { trap storage; }
                return zext(base, 2) + zext(a[1]);
              }
              view H : bits(2) of V by 1 little ALIGNED;
              view B : bits(1) of E by 1 big;
              trap none(code: bits(2)) { mode = S; pc = 0; }
              traps via none { 1 opcode : illegal;  2 storage : memory;  3 svc : call; }
              fetch ir : bits(2) = V[zext(pc)] then pc = pc + 1;
              instr ld [0:2] "ld" { r = H[zext(r[0])]; }
              instr st [1:2] "st" { H[r] = 2; }
              instr bt [2:2] "bt" { if mode == U { trap svc; } B[r] = 1; }
              reserved { trap opcode; }
            }
            """
                .replace("ALIGNED", aligned),
            false));
  }

  private static void run(Simulator simulator, State state, String instruction) {
    assertEquals(
        instruction,
        ((Outcome.Completed) execute(simulator, state, instruction)).instruction().name());
  }

  private static Outcome execute(Simulator simulator, State state, String name) {
    Instruction i =
        simulator.machine().instructions().stream()
            .filter(x -> x.name().equals(name))
            .findFirst()
            .orElseThrow();
    return simulator.execute(state, i.encoding().match());
  }

  private static Register register(Machine machine, String name) {
    return machine.registers().stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// Which cell of storage is cell `i` of the row.
  private static int at(Shape shape, int i) {
    return shape.translated ? i ^ 5 : i;
  }

  private static BigInteger slice(Shape shape, BigInteger[] cells, int start) {
    BigInteger value = BigInteger.ZERO;
    for (int k = 0; k < shape.element; k++) {
      int bit = (start + k) % (CELLS * shape.cell);
      int inCell = bit % shape.cell;
      if (cells[bit / shape.cell].testBit(shape.big ? shape.cell - 1 - inCell : inCell)) {
        value = value.setBit(shape.big ? shape.element - 1 - k : k);
      }
    }
    return value;
  }

  private static void put(Shape shape, BigInteger[] cells, int start, BigInteger value) {
    for (int k = 0; k < shape.element; k++) {
      int bit = (start + k) % (CELLS * shape.cell);
      int inCell = shape.big ? shape.cell - 1 - bit % shape.cell : bit % shape.cell;
      boolean set = value.testBit(shape.big ? shape.element - 1 - k : k);
      int cell = bit / shape.cell;
      cells[cell] = set ? cells[cell].setBit(inCell) : cells[cell].clearBit(inCell);
    }
  }
}
