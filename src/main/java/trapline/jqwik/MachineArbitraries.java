package trapline.jqwik;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCases;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;
import net.jqwik.api.TooManyFilterMissesException;
import trapline.diag.Diagnostic;
import trapline.diag.Renderer;
import trapline.isa.Machine;
import trapline.lang.Elaborator;
import trapline.lang.Loader;
import trapline.machine.Snapshot;
import trapline.machine.State;

/// What can be generated of one machine, for `@Provide` methods that combine it with more. The
/// annotations come to the same.
public final class MachineArbitraries {
  private static final int MISSES = 2000;

  private final Workbench bench;

  private MachineArbitraries(Machine machine) {
    bench = new Workbench(machine);
  }

  public static MachineArbitraries of(Machine machine) {
    return new MachineArbitraries(machine);
  }

  /// Of a machine that a file describes: the one of that name, or the only one if it is empty.
  /// `setting` gives values to params and choices.
  ///
  /// @throws IllegalArgumentException with the diagnostics of a description that is rejected, or if
  ///   there is no such machine
  public static MachineArbitraries of(Path file, String name, Map<String, String> setting) {
    return switch (Loader.load(List.of(file), List.of())) {
      case Loader.Loaded.Rejected(var diagnostics) -> throw rejected(diagnostics);
      case Loader.Loaded.Machines(var machines, var _) -> {
        List<Loader.Described> chosen =
            machines.stream().filter(m -> name.isEmpty() || m.name().equals(name)).toList();
        if (chosen.size() != 1) {
          throw new IllegalArgumentException(
              (chosen.isEmpty() ? "no machine '" + name + "' in " : "several machines in ")
                  + file
                  + ": "
                  + machines.stream()
                      .map(Loader.Described::name)
                      .collect(Collectors.joining(", ")));
        }
        Elaborator.Elaboration made = chosen.getFirst().instances(setting);
        if (made.machines().isEmpty()) {
          throw rejected(made.diagnostics());
        }
        yield of(made.machines().getFirst());
      }
    };
  }

  private static IllegalArgumentException rejected(List<Diagnostic> diagnostics) {
    return new IllegalArgumentException(
        diagnostics.stream().map(Renderer::plain).collect(Collectors.joining("\n", "\n", "")));
  }

  public Machine machine() {
    return bench.machine();
  }

  /// Programs of that shape; its mode does not matter.
  public Arbitrary<Program> programs(Shape shape) {
    Sampler sampler = new Sampler(bench, shape);
    return arbitrary(
        random -> new Sample(Map.of(), sampler.program(random), Map.of()),
        new View<>(
            sample ->
                Optional.of(sample)
                    .filter(sampler::isWanted)
                    .map(s -> new Program(bench.bench().codec(), s.program())),
            (_, _) -> Optional.empty(),
            _ -> Stream.empty()));
  }

  /// Situations of that shape.
  public Arbitrary<Situation> situations(Shape shape) {
    Sampler sampler = new Sampler(bench, shape);
    return arbitrary(
        random -> {
          Sample sample = sampler.next(random);
          return new Sample(sample.values(), sample.program(), Map.of());
        },
        new View<>(
            sample -> situation(sampler, shape, sample),
            (sample, situation) ->
                situation.isFetched() ? Optional.empty() : Optional.of(sampler.atReset(sample)),
            sampler::begun));
  }

  /// Twins of that shape.
  public Arbitrary<Twins> twins(Shape shape) {
    Sampler sampler = new Sampler(bench, shape);
    return arbitrary(
        sampler::next,
        new View<>(
            sample ->
                situation(sampler, shape, sample)
                    .flatMap(first -> Twins.of(bench, first, sample.apart())),
            (_, _) -> Optional.empty(),
            sampler::begun));
  }

  private Optional<Situation> situation(Sampler sampler, Shape shape, Sample sample) {
    if (!sampler.isWanted(sample)) {
      return Optional.empty();
    }
    State state = bench.simulator().blank();
    sample.write(state);
    return shape.mode().isPresent() && !bench.modes(state).contains(shape.mode().get())
        ? Optional.empty()
        : Optional.of(
            new Situation(
                bench, Snapshot.of(state), new Program(bench.bench().codec(), sample.program())));
  }

  /// What samples stand for, where they do, and what might do in their place. `fetched`: of a
  /// program that cannot be fetched, where it rather can; `begun`: what is left to do after the
  /// first instruction.
  private record View<T>(
      Function<Sample, Optional<T>> meaning,
      BiFunction<Sample, T, Optional<Sample>> fetched,
      Function<Sample, Stream<Sample>> begun) {}

  private static <T> Arbitrary<T> arbitrary(Function<Random, Sample> draw, View<T> view) {
    return new Arbitrary<>() {
      @Override
      public RandomGenerator<T> generator(int size) {
        return random -> {
          for (int i = 0; i < MISSES; i++) {
            Sample sample = draw.apply(random);
            Optional<T> value = view.meaning.apply(sample);
            if (value.isPresent()) {
              return new Shrinking<>(sample, value.get(), view);
            }
          }
          throw new TooManyFilterMissesException(
              "nothing of the shape asked for in " + MISSES + " tries");
        };
      }

      @Override
      public EdgeCases<T> edgeCases(int most) {
        return EdgeCases.none();
      }
    };
  }

  private record Shrinking<T>(Sample sample, T value, View<T> view) implements Shrinkable<T> {
    @Override
    public Stream<Shrinkable<T>> shrink() {
      ShrinkingDistance mine = distance();
      return Stream.of(
              view.fetched.apply(sample, value).stream(),
              view.begun.apply(sample),
              sample.smaller())
          .flatMap(samples -> samples)
          .flatMap(s -> view.meaning.apply(s).stream().map(v -> new Shrinking<>(s, v, view)))
          .filter(s -> s.distance().compareTo(mine) < 0)
          .map(s -> s);
    }

    @Override
    public ShrinkingDistance distance() {
      return sample.distance(view.fetched.apply(sample, value).isPresent());
    }
  }
}
