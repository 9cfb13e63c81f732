package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.theorem.Analysis;
import trapline.validate.Check;
import trapline.validate.Validation;

/// Monitors with one fault each, on the third-generation machine: every one is caught.
final class FaultyMonitorTest {
  private static final Simulator HOST = Simulator.confined(Guests.thirdGeneration(512));
  private static final Simulator GUEST = Simulator.confined(Guests.thirdGeneration(256));
  private static final long ENOUGH = 200_000;

  /// A virtual machine whose monitor errs in one of its steps.
  private abstract static class Faulty extends VirtualMachine {
    long count;

    Faulty(ControlProgram owner, String name, Kind kind, Simulator simulator, Region region) {
      super(owner, name, kind, simulator, region);
    }

    /// Every so many times.
    boolean now(int every) {
      return ++count % every == 0;
    }
  }

  private static final Map<String, ControlProgram.Maker> FAULTS = new TreeMap<>();

  static {
    FAULTS.put(
        "drops a reflected trap",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop reflect(Cause cause, List<Bits> arguments) {
                if (now(5)) {
                  set(state(), "pc", (get(state(), "pc") + 1) % 512);
                  return Stop.DONE;
                }
                return super.reflect(cause, arguments);
              }
            });
    FAULTS.put(
        "reflects with the arguments of another trap",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop reflect(Cause cause, List<Bits> arguments) {
                return super.reflect(
                    cause, arguments.stream().map(a -> a.add(Bits.of(a.width(), 1))).toList());
              }
            });
    FAULTS.put(
        "reflects as another cause",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop reflect(Cause cause, List<Bits> arguments) {
                return super.reflect(simulator().machine().traps().getFirst().cause(), arguments);
              }
            });
    FAULTS.put(
        "forgets the bound",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void load(State virtual, State real) {
                super.load(virtual, real);
                set(real, "bound", 512);
              }
            });
    FAULTS.put(
        "forgets its guest's own relocation",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void load(State virtual, State real) {
                super.load(virtual, real);
                set(real, "base", region().base());
              }
            });
    FAULTS.put(
        "keeps a relocation that has changed",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              private long base = -1;

              @Override
              void load(State virtual, State real) {
                super.load(virtual, real);
                base = base < 0 ? get(real, "base") : base;
                set(real, "base", base);
              }
            });
    FAULTS.put(
        "leaks the real relocation",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void save(State real, State virtual) {
                super.save(real, virtual);
                set(virtual, "base", get(real, "base"));
              }
            });
    FAULTS.put(
        "leaks the real program counter",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop trapped(Cause cause, List<Bits> arguments) {
                Stop stop = super.trapped(cause, arguments);
                if (stop == Stop.DONE && now(10)) {
                  set(state(), "pc", (get(state(), "pc") + region().base()) % 512);
                }
                return stop;
              }
            });
    FAULTS.put(
        "returns in the wrong mode",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop trapped(Cause cause, List<Bits> arguments) {
                long before = get(state(), "mode");
                Stop stop = super.trapped(cause, arguments);
                if (stop == Stop.DONE) {
                  set(state(), "mode", before);
                }
                return stop;
              }
            });
    FAULTS.put(
        "emulates for a virtual user",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Simulator.Result emulate() {
                long mode = get(state(), "mode");
                set(state(), "mode", 0);
                Simulator.Result result = super.emulate();
                set(state(), "mode", Math.max(mode, get(state(), "mode")));
                return result;
              }
            });
    FAULTS.put(
        "emulates an instruction twice",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Simulator.Result emulate() {
                long pc = get(state(), "pc");
                Simulator.Result result = super.emulate();
                if (result instanceof Simulator.Result.Returned && now(7)) {
                  set(state(), "pc", pc);
                  return super.emulate();
                }
                return result;
              }
            });
    FAULTS.put(
        "stays on an instruction that it has emulated",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Simulator.Result emulate() {
                long pc = get(state(), "pc");
                Simulator.Result result = super.emulate();
                if (now(50)) {
                  set(state(), "pc", pc);
                }
                return result;
              }
            });
    FAULTS.put(
        "loses an interrupt",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Optional<Cause> due() {
                Optional<Cause> due = super.due();
                return due.isPresent() && now(4) ? Optional.empty() : due;
              }
            });
    FAULTS.put(
        "gives its guest an interrupt that is its own",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Optional<Cause> due() {
                return now(5000)
                    ? Optional.of(
                        simulator().machine().traps().stream()
                            .filter(t -> t.when().isPresent())
                            .findFirst()
                            .orElseThrow()
                            .cause())
                    : super.due();
              }
            });
    FAULTS.put(
        "stops the virtual timer while it emulates",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              private boolean emulating;

              @Override
              Stop trapped(Cause cause, List<Bits> arguments) {
                emulating = true;
                Stop stop = super.trapped(cause, arguments);
                emulating = false;
                return stop;
              }

              @Override
              Optional<String> after() {
                return emulating ? Optional.empty() : super.after();
              }
            });
    FAULTS.put(
        "does not save a register",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void save(State real, State virtual) {
                Register r = register(virtual, "r");
                Bits old = virtual.register(r, 3);
                super.save(real, virtual);
                virtual.register(r, 3, old);
              }
            });
    FAULTS.put(
        "does not load a register that it has emulated into",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void load(State virtual, State real) {
                Register r = register(real, "r");
                Bits old = real.register(r, 1);
                super.load(virtual, real);
                real.register(r, 1, old);
              }
            });
    FAULTS.put(
        "lets the host's trap sequence write into its guest",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              Stop trapped(Cause cause, List<Bits> arguments) {
                var storage = simulator().machine().memories().getFirst();
                state().memory(storage, 2, cause.code().zext(32));
                return super.trapped(cause, arguments);
              }
            });
    FAULTS.put(
        "runs its guest in supervisor mode",
        (o, n, k, s, r) ->
            new Faulty(o, n, k, s, r) {
              @Override
              void load(State virtual, State real) {
                super.load(virtual, real);
                set(real, "mode", 0);
              }
            });
  }

  @TestFactory
  List<DynamicTest> everyFaultIsCaught() {
    return FAULTS.entrySet().stream()
        .map(fault -> DynamicTest.dynamicTest(fault.getKey(), () -> isCaught(fault.getValue())))
        .toList();
  }

  /// The way that `trapline validate` goes: random programs and a given one, bare and virtual.
  @TestFactory
  List<DynamicTest> validationCatchesEveryFault() throws InterruptedException {
    Analysis analysis = Analyzer.analyze(GUEST.machine(), Options.defaults(), Progress.NONE);
    assertEquals(List.of(), contradicted(analysis, ControlProgram.SOUND));
    return FAULTS.entrySet().stream()
        .map(fault ->
            DynamicTest.dynamicTest(
                fault.getKey(),
                () -> assertTrue(!contradicted(analysis, fault.getValue()).isEmpty())))
        .toList();
  }

  private static List<Check> contradicted(Analysis analysis, ControlProgram.Maker maker) {
    Image image = Guests.assemble(GUEST, Guests.FOLDER.resolve("third-generation/system.asm"));
    var request =
        Validation.Request.of(11_000, 1974)
            .with(List.of(new Validation.Program("system.asm", image, HOST.machine())))
            .madeBy(maker);
    List<Check> found = new ArrayList<>();
    try {
      Validation.of(
          analysis,
          request,
          check -> {
            if (check.result() == Check.Result.CONTRADICTED) {
              found.add(check);
              throw new CancellationException("one is enough");
            }
          });
    } catch (CancellationException enough) {
      assertEquals(1, found.size());
    }
    return found;
  }

  @Test
  void withoutAFaultThereIsNothingToCatch() {
    assertTrue(FAULTS.size() >= 10);
    assertTrue(Lockstep.goesOn(lockstep(VirtualMachine::new).run(ENOUGH)));
  }

  private static void isCaught(ControlProgram.Maker maker) {
    var outcome = lockstep(maker).run(ENOUGH);
    var different = assertInstanceOf(Lockstep.Different.class, outcome, outcome::toString);
    assertTrue(!different.difference().places().isEmpty());
    assertTrue(different.difference().toString().contains("the monitor's last actions"));
  }

  private static Lockstep lockstep(ControlProgram.Maker maker) {
    var monitor = ControlProgram.on(Bare.of(HOST), new Journal(), maker);
    VirtualMachine guest =
        monitor.admit("guest", VirtualMachine.Kind.TRAP_AND_EMULATE, GUEST, 256, 100).orElseThrow();
    Image image = Guests.assemble(GUEST, Guests.FOLDER.resolve("third-generation/system.asm"));
    Bare bare = Guests.bare(GUEST, image);
    assertEquals(Optional.empty(), GUEST.load(guest.state(), image));
    return Lockstep.of(bare, guest);
  }

  private static Register register(State state, String name) {
    return state.machine().registers().stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Field field(String name) {
    return GUEST.machine().registers().getFirst().fields().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long get(State state, String name) {
    Field field = field(name);
    return state.register(register(state, "psw")).extract(field.high(), field.low()).toLong();
  }

  private static void set(State state, String name, long value) {
    Field field = field(name);
    Register psw = register(state, "psw");
    Bits bits = Bits.of(field.width(), value);
    state.register(psw, state.register(psw).insert(field.high(), field.low(), bits));
  }
}
