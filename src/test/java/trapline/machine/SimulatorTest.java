package trapline.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static trapline.isa.MachineFixture.binary;
import static trapline.isa.MachineFixture.block;
import static trapline.isa.MachineFixture.constant;
import static trapline.isa.MachineFixture.entry;
import static trapline.isa.MachineFixture.equal;
import static trapline.isa.MachineFixture.function;
import static trapline.isa.MachineFixture.plus;
import static trapline.isa.MachineFixture.read;
import static trapline.isa.MachineFixture.when;
import static trapline.isa.MachineFixture.write;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.MachineFixture;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;

/// A small machine: 16-bit words `op:4 n:12`, storage of 3000 cells behind a bound, a wide
/// register, a port each way, two interrupts.
final class SimulatorTest {
  private final MachineFixture fixture = new MachineFixture(16);
  private final Register pc = fixture.register("pc", 1, 12, Role.P);
  private final Register bound = fixture.register("bound", 1, 12, Role.R, Bits.of(12, 2048));
  private final Register acc = fixture.register("acc", 1, 16, Role.E);
  private final Register pair = fixture.register("pair", 2, 16, Role.E);
  private final Register three = fixture.register("three", 3, 8, Role.E);
  private final Register big = fixture.register("big", 1, 100, Role.E);
  private final Register saved = fixture.register("saved", 1, 12, Role.R);
  private final Register code = fixture.register("code", 1, 8, Role.R);
  private final Register info = fixture.register("info", 1, 16, Role.R);
  private final Register clock = fixture.register("clock", 1, 8, Role.R);
  private final Register due = fixture.register("due", 1, 1, Role.R);
  private final Memory store = fixture.memory("store", 3000, 16);
  private final Memory large = fixture.memory("large", 1L << 40, 36);
  private final Port in = fixture.port("in", true, 9);
  private final Port out = fixture.port("out", false, 16);
  private final Local entryCode = new Local("code", 8);
  private final Local entryInfo = new Local("info", 16);
  private final trapline.isa.TrapEntry entry =
      entry(
          List.of(entryCode, entryInfo),
          write(saved, read(pc)),
          write(code, entryCode),
          write(info, entryInfo),
          write(pc, constant(12, 0x100)));
  private final Cause outside =
      fixture.cause("outside", 1, Cause.Kind.MEMORY, entry, new Local("at", 16));
  private final Cause call = fixture.cause("call", 2, Cause.Kind.CALL, entry);
  private final Cause illegal = fixture.cause("illegal", 3, Cause.Kind.ILLEGAL, entry);
  private final Cause tick =
      fixture.interrupt("tick", 8, entry, read(due), write(due, constant(1, 0)));
  private final Cause key =
      fixture.interrupt("key", 9, entry, new Expr.Extract(new Expr.PortPeek(in), 8, 8), consume());
  private final Space space;
  private final Simulator simulator;
  private State state;

  SimulatorTest() {
    var address = new Local("a", 16);
    var short12 = new Expr.Extract(address, 11, 0);
    space =
        fixture.space(
            "V",
            store,
            address,
            when(
                new Expr.Unary(
                    Expr.UnaryOp.NOT,
                    binary(Expr.BinaryOp.ULT, address, new Expr.Extend(read(bound), 16, false))),
                new Statement.Raise(outside, List.of(address))),
            new Statement.Return(Optional.of(short12)));
    fixture.read(
        new Statement.Load(
            fixture.word, space, new Expr.Extend(read(pc), 16, false), Access.FETCH));
    fixture.advance(write(pc, plus(read(pc), constant(12, 1))));
    fixture.after(
        when(
            new Expr.Unary(Expr.UnaryOp.NOT, equal(read(clock), constant(8, 0))),
            write(clock, binary(Expr.BinaryOp.SUB, read(clock), constant(8, 1))),
            when(equal(read(clock), constant(8, 0)), write(due, constant(1, 1)))));
    fixture.reserved(new Statement.Raise(illegal, List.of()));
    instruction("ldi", 1, n -> List.of(write(acc, n)));
    instruction(
        "st",
        2,
        n ->
            List.of(
                new Statement.RegisterWrite(pair, constant(1, 1), read(acc)),
                write(big, new Expr.Concat(constant(84, 7), read(acc))),
                new Statement.Output(out, n),
                new Statement.Halt(),
                consume(),
                new Statement.Store(space, constant(16, 5), n),
                new Statement.MemoryWrite(large, constant(40, 1L << 39), constant(36, 99)),
                new Statement.Store(space, n, read(acc))));
    instruction(
        "stc",
        3,
        n ->
            List.of(
                write(pair, constant(1, 0), constant(16, 1)),
                new Statement.Commit(),
                write(pair, constant(1, 1), constant(16, 2)),
                new Statement.Store(space, n, read(acc))));
    instruction("ind", 4, n -> List.of(write(three, n, constant(8, 1))));
    instruction(
        "xct",
        5,
        n -> {
          var word = new Local("w", 16);
          return List.of(
              write(pair, constant(1, 0), n),
              new Statement.Load(word, space, n, Access.LOAD),
              new Statement.Execute(word));
        });
    instruction(
        "sum",
        6,
        n -> {
          var i = new Local("i", 16);
          return List.of(
              new Statement.Assign(i, n),
              write(acc, constant(16, 0)),
              new Statement.While(
                  new Expr.Unary(Expr.UnaryOp.NOT, equal(i, constant(16, 0))),
                  block(
                      write(acc, plus(read(acc), i)),
                      new Statement.Assign(i, plus(i, constant(16, 0xffff))))));
        });
    instruction(
        "spin", 7, n -> List.of(new Statement.While(constant(1, 1), Statement.Block.EMPTY)));
    instruction(
        "any",
        8,
        n -> {
          var x = new Local("x", 16);
          var fits = binary(Expr.BinaryOp.ULT, x, constant(16, 3));
          return List.of(
              new Statement.Choose(x, Optional.of(equal(n, constant(16, 1)))), write(acc, x),
              new Statement.Choose(x, Optional.of(fits)), write(pair, constant(1, 0), x));
        });
    var f = new Local("x", 16);
    var traps =
        function(
            "traps",
            List.of(f),
            OptionalInt.of(16),
            write(pair, constant(1, 1), f),
            when(equal(f, constant(16, 3)), new Statement.Raise(call, List.of())),
            new Statement.Return(Optional.of(plus(f, f))));
    instruction(
        "fun",
        9,
        n -> {
          var y = new Local("y", 16);
          return List.of(
              new Statement.Call(Optional.of(y), traps, List.of(n)),
              write(acc, y),
              new Statement.Call(Optional.of(y), traps, List.of(plus(y, constant(16, 1)))),
              write(acc, y));
        });
    instruction("huge", 12, this::huge);
    instruction("unp", 10, n -> List.of(new Statement.Unpredictable("really")));
    instruction("halt", 11, n -> List.of(new Statement.Halt(), write(acc, n)));
    simulator = Simulator.of(fixture.machine());
    state = simulator.reset();
  }

  /// Adds up 1..4000 times n in statements, and doubles that in one expression of 2^14 leaves;
  /// traps for n = 9 in the middle, and returns early for n = 8.
  private List<Statement> huge(Expr n) {
    var body = new java.util.ArrayList<Statement>();
    var total = new Local("total", 16);
    body.add(new Statement.Assign(total, constant(16, 0)));
    for (int i = 1; i <= 4000; i++) {
      body.add(
          new Statement.Assign(total, plus(total, binary(Expr.BinaryOp.MUL, n, constant(16, i)))));
      if (i == 2000) {
        body.add(write(pair, constant(1, 0), total));
        body.add(when(equal(n, constant(16, 9)), new Statement.Raise(call, List.of())));
        body.add(when(equal(n, constant(16, 8)), new Statement.Return(Optional.empty())));
      }
    }
    Expr sum = total;
    for (int i = 0; i < 13; i++) {
      sum = plus(sum, binary(Expr.BinaryOp.XOR, sum, n));
    }
    body.add(write(acc, sum));
    return body;
  }

  @Test
  void aBodyOfAnySizeRuns() {
    execute(0xc003);
    long total = 3L * 4000 * 4001 / 2 & 0xffff;
    long sum = total;
    for (int i = 0; i < 13; i++) {
      sum = sum + (sum ^ 3) & 0xffff;
    }
    assertEquals(sum, value(acc));
    execute(0xc008);
    assertEquals(sum, value(acc));
    assertEquals(8L * 2000 * 2001 / 2 & 0xffff, state.register(pair, 0).toLong());
    State before = state.copy();
    assertEquals(call, ((Outcome.Trapped) execute(0xc009)).cause());
    assertTrue(state.sameAs(before));
  }

  private interface Meaning {
    List<Statement> of(Expr operand);
  }

  private void instruction(String name, int number, Meaning meaning) {
    fixture.instruction(
        name, number + "/4 n:12", o -> meaning.of(new Expr.Extend(o.apply("n"), 16, false)));
  }

  private Statement consume() {
    return new Statement.Input(new Local("c", 9), in);
  }

  private Outcome execute(int word) {
    return simulator.execute(state, Bits.of(16, word));
  }

  private void put(int at, int... words) {
    for (int word : words) {
      state.memory(store, at++, Bits.of(16, word));
    }
  }

  private long value(Register register) {
    return state.register(register).toLong();
  }

  @Test
  void resetSetsRegistersAndBlankDoesNot() {
    assertEquals(2048, simulator.reset().register(bound).toLong());
    assertEquals(0, simulator.blank().register(bound).toLong());
  }

  @Test
  void executeAdvancesAndRunsTheBody() {
    assertEquals("ldi", ((Outcome.Completed) execute(0x1abc)).instruction().name());
    assertEquals(0xabc, value(acc));
    assertEquals(1, value(pc));
  }

  @Test
  void aTrapUndoesEverythingThatHappened() {
    state.register(bound, Bits.of(12, 1000));
    state.register(acc, Bits.of(16, 77));
    state.feed(in, Bits.of(9, 0x141));
    State before = state.copy();
    assertEquals(new Outcome.Trapped(outside, List.of(Bits.of(16, 0x800))), execute(0x2800));
    assertTrue(state.sameAs(before));
    assertInstanceOf(Outcome.Completed.class, execute(0x2010));
    assertEquals(77, state.memory(store, 16).toLong());
    assertEquals(16, state.memory(store, 5).toLong());
    assertEquals(99, state.memory(large, 1L << 39).toLong());
    assertEquals(List.of(new State.Output(out, Bits.of(16, 16))), state.outputs());
    assertEquals(List.of(), state.waiting(in));
    assertEquals((7 << 16) + 77, value(big));
    assertTrue(state.halted());
    assertFalse(state.sameAs(before));
  }

  @Test
  void whatIsCommittedStays() {
    assertEquals(outside, ((Outcome.Trapped) execute(0x3fff)).cause());
    assertEquals(1, state.register(pair, 0).toLong());
    assertEquals(0, state.register(pair, 1).toLong());
    assertEquals(1, value(pc));
    state = simulator.reset();
    put(0, 0x3fff);
    simulator.step(state);
    assertEquals(1, value(saved));
    assertEquals(1, state.register(pair, 0).toLong());
    assertEquals(0, state.register(pair, 1).toLong());
  }

  @Test
  void aStepEntersTheTrapWithThePlaceOfTheInstruction() {
    put(0, 0x1005, 0x2fff);
    assertInstanceOf(Event.Executed.class, simulator.step(state));
    assertEquals(
        new Event.Trapped(outside, List.of(Bits.of(16, 0xfff)), Optional.of(Bits.of(16, 0x2fff))),
        simulator.step(state));
    assertEquals(1, value(saved));
    assertEquals(1, value(code));
    assertEquals(0xfff, value(info));
    assertEquals(0x100, value(pc));
    assertFalse(state.halted());
  }

  @Test
  void aFetchMayTrap() {
    state.register(pc, Bits.of(12, 0x900));
    assertEquals(
        new Event.Trapped(outside, List.of(Bits.of(16, 0x900)), Optional.empty()),
        simulator.step(state));
    assertEquals(0x900, value(saved));
  }

  @Test
  void whatNothingEncodesIsReserved() {
    put(0, 0xf000);
    assertEquals(illegal, ((Event.Trapped) simulator.step(state)).cause());
    assertEquals(3, value(code));
    assertEquals(0, value(info));
  }

  @Test
  void interruptsComeInTableOrderBeforeTheFetch() {
    put(0x100, 0x1001, 0x1002);
    state.feed(in, Bits.of(9, 0x141));
    state.register(due, Bits.TRUE);
    assertEquals(new Event.Interrupted(tick), simulator.step(state));
    assertEquals(8, value(code));
    assertEquals(new Event.Interrupted(key), simulator.step(state));
    assertEquals(9, value(code));
    assertInstanceOf(Event.Executed.class, simulator.step(state));
    assertEquals(1, value(acc));
  }

  @Test
  void theTimerCountsAfterEveryStep() {
    put(0, 0x1001, 0x1002, 0x1003);
    state.register(clock, Bits.of(8, 2));
    simulator.step(state);
    simulator.step(state);
    assertEquals(2, value(acc));
    assertEquals(new Event.Interrupted(tick), simulator.step(state));
    assertEquals(2, value(saved));
  }

  @Test
  void anIndexOutOfRangeStops() {
    assertInstanceOf(Outcome.Completed.class, execute(0x4002));
    assertEquals(
        new Outcome.Stopped("index 3 is out of range of `three`, 0..2", false), execute(0x4003));
    put(0, 0x4003);
    state.register(pc, Bits.of(12, 0));
    assertInstanceOf(Event.Stopped.class, simulator.step(state));
  }

  @Test
  void executeGoesOnWithTheOtherInstruction() {
    put(20, 0x1abc, 0x2fff, 0x5017, 0x5016);
    assertEquals("xct", ((Outcome.Completed) execute(0x5014)).instruction().name());
    assertEquals(0xabc, value(acc));
    assertEquals(1, value(pc));
    State before = state.copy();
    assertInstanceOf(Outcome.Trapped.class, execute(0x5015));
    assertTrue(state.sameAs(before));
    assertEquals(new Outcome.Stopped("does not end: a chain of `execute`", false), execute(0x5016));
  }

  @Test
  void loopsRunAndAreBounded() {
    execute(0x6064);
    assertEquals(5050, value(acc));
    assertEquals(new Outcome.Stopped("does not end: a `while`", false), execute(0x7000));
  }

  @Test
  void aChoiceSatisfiesItsConstraintAndRepeatsFromTheStart() {
    State again = state.copy();
    execute(0x8001);
    simulator.execute(again, Bits.of(16, 0x8001));
    assertTrue(state.sameAs(again));
    assertTrue(state.register(pair, 0).toLong() < 3);
    assertInstanceOf(Outcome.Stopped.class, execute(0x8002));
  }

  @Test
  void aTrapInAFunctionUndoesItsCaller() {
    State before = state.copy();
    assertEquals(call, ((Outcome.Trapped) execute(0x9003)).cause());
    assertTrue(state.sameAs(before));
    assertEquals(call, ((Outcome.Trapped) execute(0x9001)).cause());
    assertTrue(state.sameAs(before));
    assertInstanceOf(Outcome.Completed.class, execute(0x9004));
    assertEquals(18, value(acc));
  }

  @Test
  void unpredictableStopsWithItsMessage() {
    assertEquals(new Outcome.Stopped("unpredictable: really", true), execute(0xa000));
  }

  @Test
  void runCountsStepsAndHaltsAfterTheBodyEnds() {
    put(0, 0x1001, 0x6003, 0xb009, 0x1001);
    assertEquals(new Simulator.Run(2, new Simulator.Run.Done()), simulator.run(state, 2));
    assertEquals(new Simulator.Run(1, new Simulator.Run.Halted()), simulator.run(state, 10));
    assertEquals(9, value(acc));
    assertInstanceOf(Event.Halted.class, simulator.step(state));
  }

  @Test
  void translationLeavesTheStateAlone() {
    State before = state.copy();
    assertEquals(
        new Translation.Reached(7),
        simulator.translation(state, space, Bits.of(16, 7), Access.LOAD));
    assertEquals(
        new Translation.Trapped(outside, List.of(Bits.of(16, 0x900))),
        simulator.translation(state, space, Bits.of(16, 0x900), Access.STORE));
    assertTrue(state.sameAs(before));
  }

  @Test
  void enteringATrapByHand() {
    assertEquals(Optional.empty(), simulator.enter(state, call, List.of()));
    assertEquals(2, value(code));
  }

  @Test
  void copiesAreIndependent() {
    State copy = state.copy();
    assertTrue(copy.sameAs(state));
    copy.memory(large, 12345678901L, Bits.of(36, 1));
    assertFalse(copy.sameAs(state));
    assertEquals(0, state.memory(large, 12345678901L).toLong());
    assertEquals(1, copy.memory(large, 12345678901L).toLong());
    assertEquals(List.of(12345678901L), List.copyOf(copy.nonzero(large).keySet()));
  }
}
