package trapline.jqwik;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.SampleReportingFormat;
import net.jqwik.api.configurators.ArbitraryConfigurator;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;
import org.jspecify.annotations.Nullable;

/// What [OfMachine] brings: parameters of this package's types, and how they are printed.
///
/// A machine is loaded once, however many properties are about it.
public final class MachineDomain implements DomainContext {
  private static final Map<OfMachine, MachineArbitraries> LOADED = new ConcurrentHashMap<>();

  private @Nullable OfMachine machine;

  @Override
  public void initialize(PropertyLifecycleContext context) {
    machine =
        context
            .findAnnotation(OfMachine.class)
            .or(() -> Optional.ofNullable(context.containerClass().getAnnotation(OfMachine.class)))
            .orElseThrow(() -> new IllegalStateException("@OfMachine is missing"));
  }

  private MachineArbitraries arbitraries() {
    return LOADED.computeIfAbsent(
        Objects.requireNonNull(machine, "not initialized"), MachineDomain::load);
  }

  private static MachineArbitraries load(OfMachine machine) {
    Map<String, String> setting = new LinkedHashMap<>();
    for (String pair : machine.set()) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("not P=V: " + pair);
      }
      setting.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return MachineArbitraries.of(Path.of(machine.file()), machine.machine(), setting);
  }

  @Override
  public Collection<ArbitraryProvider> getArbitraryProviders() {
    return List.of(
        provider(Situation.class, MachineArbitraries::situations),
        provider(Twins.class, MachineArbitraries::twins),
        provider(Program.class, MachineArbitraries::programs));
  }

  private ArbitraryProvider provider(
      Class<?> type, BiFunction<MachineArbitraries, Shape, Arbitrary<?>> make) {
    return new ArbitraryProvider() {
      @Override
      public boolean canProvideFor(TypeUsage target) {
        return target.isOfType(type);
      }

      @Override
      public Set<Arbitrary<?>> provideFor(TypeUsage target, SubtypeProvider subtypes) {
        return Set.of(make.apply(arbitraries(), Shape.of(target)));
      }

      @Override
      public int priority() {
        return 10;
      }
    };
  }

  @Override
  public Collection<ArbitraryConfigurator> getArbitraryConfigurators() {
    return List.of();
  }

  @Override
  public Collection<SampleReportingFormat> getReportingFormats() {
    return List.of(new Reporting());
  }

  /// As assembly, with what repeats it.
  private final class Reporting implements SampleReportingFormat {
    @Override
    public boolean appliesTo(Object value) {
      return value instanceof Situation || value instanceof Twins || value instanceof Program;
    }

    @Override
    public Object report(Object value) {
      return SampleReportingFormat.plainLabel(
          switch (value) {
            case Situation situation -> situation.report();
            case Twins twins -> twins.report(Objects.requireNonNull(machine).file());
            default -> value.toString();
          });
    }
  }
}
