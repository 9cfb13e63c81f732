package trapline.smt;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import trapline.bits.Bits;

/// Times the solvers on questions like those of the classification, fresh and with a shared
/// beginning, of simplified terms and of terms as written. Run its `main`; it prints one line per
/// measurement.
final class SolverBenchmark {
  private static final int QUESTIONS = 24;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /// Makes the assertions of a question: a beginning that the family shares, then its own.
  private interface Family {
    List<Term> question(Machine machine, SplittableRandom random);
  }

  /// A small machine's state and one step of it, in one factory.
  private record Machine(Terms t, Term word, Term mode, Term base, Term bound, Term pc) {
    static Machine in(Terms t) {
      return new Machine(
          t,
          t.variable("word", new Sort.BitVector(32)),
          t.variable("mode", new Sort.BitVector(1)),
          t.variable("base", new Sort.BitVector(32)),
          t.variable("bound", new Sort.BitVector(32)),
          t.variable("pc", new Sort.BitVector(32)));
    }

    Term field(int high, int low) {
      return t.extract(word, high, low);
    }

    Term register(int run, int index) {
      return t.variable("r" + index + "run" + run, new Sort.BitVector(32));
    }

    Term read(int run, Term index) {
      Term value = t.constant(32, 0);
      for (int i = 1; i < 32; i++) {
        value = t.ite(t.eq(index, t.constant(5, i)), register(run, i), value);
      }
      return value;
    }

    Term memory(int run) {
      return t.variable("memory" + run, new Sort.Array(32, 8));
    }

    Term load(Term memory, Term address) {
      Term bytes = t.select(memory, address);
      for (int i = 1; i < 4; i++) {
        bytes = t.concat(t.select(memory, t.add(address, t.constant(32, i))), bytes);
      }
      return bytes;
    }

    Term store(Term memory, Term address, Term value) {
      Term stored = memory;
      for (int i = 0; i < 4; i++) {
        stored =
            t.store(stored, t.add(address, t.constant(32, i)), t.extract(value, 8 * i + 7, 8 * i));
      }
      return stored;
    }
  }

  private enum Kind implements Family {
    DECODE {
      @Override
      public List<Term> question(Machine m, SplittableRandom random) {
        Terms t = m.t();
        List<Term> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          all.add(
              t.not(
                  t.and(
                      t.eq(m.field(6, 0), t.constant(7, i)),
                      t.eq(m.field(14, 12), t.constant(3, random.nextInt(8))))));
        }
        all.add(t.ult(m.field(6, 0), t.constant(7, 1 + random.nextInt(40))));
        return all;
      }
    },
    REGISTERS {
      @Override
      public List<Term> question(Machine m, SplittableRandom random) {
        Terms t = m.t();
        List<Term> all = new ArrayList<>();
        for (int i = 1; i < 32; i++) {
          all.add(t.eq(m.register(0, i), m.register(1, i)));
        }
        Term one = t.add(m.read(0, m.field(19, 15)), t.sext(m.field(31, 20), 32));
        Term other = t.add(m.read(1, m.field(19, 15)), t.sext(m.field(31, 20), 32));
        Term wrong =
            random.nextBoolean()
                ? t.distinct(one, other)
                : t.and(t.ult(one, other), t.eq(m.mode(), t.constant(1, 1)));
        all.add(t.eq(m.field(6, 0), t.constant(7, random.nextInt(128))));
        all.add(random.nextInt(3) == 0 ? t.ult(one, t.constant(32, random.nextInt(99))) : wrong);
        return all;
      }
    },
    MEMORY {
      @Override
      public List<Term> question(Machine m, SplittableRandom random) {
        Terms t = m.t();
        List<Term> all = new ArrayList<>();
        Term address = t.add(m.read(0, m.field(19, 15)), t.sext(m.field(31, 20), 32));
        Term real = t.add(address, m.base());
        all.add(t.ult(address, m.bound()));
        all.add(t.ult(m.bound(), t.constant(32, 0x10000)));
        all.add(t.ule(m.base(), t.constant(32, 0x1000000)));
        Term value = m.read(0, m.field(24, 20));
        Term after = m.store(m.memory(0), real, value);
        Term probe = t.variable("probe", new Sort.BitVector(32));
        all.add(
            switch (random.nextInt(3)) {
              case 0 ->
                  t.and(
                      t.distinct(t.select(after, probe), t.select(m.memory(0), probe)),
                      t.ult(probe, m.base()));
              case 1 -> t.distinct(m.load(after, real), value);
              default ->
                  t.eq(
                      m.load(after, t.add(real, t.constant(32, 2))),
                      t.constant(32, random.nextInt()));
            });
        return all;
      }
    },
    MULTIPLY {
      @Override
      public List<Term> question(Machine m, SplittableRandom random) {
        Terms t = m.t();
        Term a = m.register(0, 1);
        Term b = m.register(0, 2);
        Term product = t.mul(t.zext(a, 64), t.zext(b, 64));
        return List.of(
            t.ult(a, t.constant(32, 1 << 12)),
            t.ult(b, t.constant(32, 1 << 12)),
            switch (random.nextInt(3)) {
              case 0 -> t.distinct(t.extract(product, 31, 0), t.mul(a, b));
              case 1 -> t.eq(t.extract(product, 31, 0), t.constant(32, random.nextInt(1 << 20)));
              default ->
                  t.and(
                      t.eq(t.udiv(a, t.or(b, t.constant(32, 1))), t.constant(32, 7)),
                      t.eq(t.urem(a, t.or(b, t.constant(32, 1))), t.constant(32, 5)));
            });
      }
    }
  }

  private SolverBenchmark() {}

  public static void main(String[] arguments) {
    List<SolverChoice> choices =
        Arrays.stream(SolverChoice.values())
            .filter(c -> c.toString().matches(System.getProperty("solvers", "z3|bitwuzla")))
            .toList();
    for (int round = 0; round < Integer.getInteger("rounds", 2); round++) {
      for (SolverChoice choice : choices) {
        if (choice.isAvailable()) {
          for (Kind kind : Kind.values()) {
            if (!kind.name().matches(System.getProperty("kinds", ".*"))) {
              continue;
            }
            measure(choice, kind, true, true, round + 1 == Integer.getInteger("rounds", 2));
            measure(choice, kind, true, false, round + 1 == Integer.getInteger("rounds", 2));
            measure(choice, kind, false, true, round + 1 == Integer.getInteger("rounds", 2));
          }
        }
      }
    }
  }

  /// The processor time of the whole process: the machine may be busy with other things.
  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void measure(
      SolverChoice choice, Kind kind, boolean shared, boolean simplified, boolean printed) {
    SplittableRandom random = new SplittableRandom(7);
    CountingSolver counting = new CountingSolver(choice.open(TIMEOUT), SolverBenchmark::cpu);
    List<Long> times = new ArrayList<>();
    int values = 0;
    try (counting) {
      Machine machine = null;
      for (int i = 0; i < QUESTIONS; i++) {
        if (machine == null || !shared) {
          machine = Machine.in(simplified ? new Terms() : Terms.unsimplified());
        }
        List<Term> question = kind.question(machine, random);
        long start = cpu();
        if (counting.check(question) instanceof Answer.Sat(Model model)) {
          for (Term assertion : question) {
            for (Term variable : machine.t().variables(assertion)) {
              values += variable.isArray() ? 0 : model.value(variable).width();
            }
          }
        }
        times.add(cpu() - start);
      }
    }
    if (printed) {
      CountingSolver.Count count = counting.count();
      times.sort(null);
      System.out.printf(
          "%-8s %-9s %-11s %-10s total %8.1f ms  median %7.2f ms  worst %8.1f ms  %d/%d/%d%n",
          choice,
          kind,
          shared ? "incremental" : "fresh",
          simplified ? "simplified" : "as written",
          times.stream().mapToLong(Long::longValue).sum() / 1e6,
          times.get(times.size() / 2) / 1e6,
          times.getLast() / 1e6,
          count.sat(),
          count.unsat(),
          count.unknown());
      if (values < 0) {
        throw new IllegalStateException(Bits.FALSE.toString());
      }
    }
  }
}
