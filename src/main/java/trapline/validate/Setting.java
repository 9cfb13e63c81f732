package trapline.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Register;

/// A machine whose monitor keeps a setting of the fields that it may configure: as if the `vmm`
/// block said `run cr.tsd = true` and listed `cr` under `virtual`.
final class Setting {
  private Setting() {}

  /// `setting` names fields as the theorem does: `cr.tsd`, or `which` for a register of one field.
  static Machine kept(Machine machine, Map<String, String> setting) {
    Monitor monitor = machine.monitor().orElseThrow();
    List<Monitor.Assignment> run = new ArrayList<>(monitor.run());
    for (Register register : machine.registers()) {
      for (Field field : register.fields()) {
        Optional.ofNullable(setting.get(register.name() + "." + field.name()))
            .or(() ->
                register.fields().size() == 1
                    ? Optional.ofNullable(setting.get(register.name()))
                    : Optional.empty())
            .ifPresent(text -> {
              for (int i = 0; i < register.count(); i++) {
                run.add(
                    new Monitor.Assignment(
                        register,
                        i,
                        field.high(),
                        field.low(),
                        new Expr.Constant(value(field, text)),
                        monitor.span()));
              }
            });
      }
    }
    if (run.size() == monitor.run().size()) {
      throw new IllegalArgumentException("no fields of " + machine.name() + ": " + setting);
    }
    return with(machine, monitor, run);
  }

  /// Another instance of the machine, kept as `machine` is.
  static Machine like(Machine machine, Machine instance) {
    Monitor kept = machine.monitor().orElseThrow();
    Monitor monitor = instance.monitor().orElseThrow();
    List<Monitor.Assignment> run = new ArrayList<>(monitor.run());
    for (Monitor.Assignment a : kept.run().subList(monitor.run().size(), kept.run().size())) {
      Register register =
          instance.registers().stream()
              .filter(r -> r.name().equals(a.register().name()))
              .findFirst()
              .orElseThrow();
      run.add(new Monitor.Assignment(register, a.index(), a.high(), a.low(), a.value(), a.span()));
    }
    return with(instance, monitor, run);
  }

  private static Machine with(Machine m, Monitor monitor, List<Monitor.Assignment> run) {
    List<Monitor.Part> virtual = new ArrayList<>(monitor.virtual());
    virtual.addAll(monitor.configurable());
    Monitor kept =
        new Monitor(
            monitor.levels(),
            List.copyOf(run),
            monitor.shadow(),
            monitor.regionBase(),
            monitor.regionSize(),
            monitor.regionTables(),
            monitor.tables(),
            monitor.where(),
            monitor.interpret(),
            List.copyOf(virtual),
            List.of(),
            monitor.mapping(),
            monitor.span());
    return m.withMonitor(kept);
  }

  /// Read back as it is printed: by name, or as a number.
  private static Bits value(Field field, String text) {
    int width = field.width();
    if (width <= 16) {
      for (long i = 0; i < 1L << width; i++) {
        Bits value = Bits.of(width, i);
        if (field.type().flatMap(t -> t.nameOf(value)).filter(text::equals).isPresent()) {
          return value;
        }
      }
    }
    return new Bits(width, new java.math.BigInteger(text));
  }
}
