package trapline.isa;

import java.util.List;
import java.util.Optional;
import trapline.diag.Span;

/// The `vmm` block: facts that a monitor needs, checked elsewhere.
///
/// `levels` are the modes that a guest has, and in which real mode each runs: a real mode of one
/// runs as itself, if a guest has it. `run` holds real values forced while a guest runs; `shadow`
/// gives real resource state as a function of the virtual state (what registers read there) and of
/// `regionBase`, `regionSize` and `regionTables`; `virtual` is kept per guest. Regions satisfy
/// `where`, a condition on those three. A guest is *interpreted* in the virtual states of
/// `interpret`, which have no real one.
///
/// Translation that is not composed is installed: `mapping`. Then the monitor may keep `tables`
/// cells of its own storage for each guest, from `regionTables` on.
///
/// Modes without a level are no guest's: those above the machine that is virtualised.
/// `configurable` fields are kept per guest too, while the real ones hold what the monitor sets
/// once and for all: which setting, if any, makes it sound, is asked.
public record Monitor(
    List<Level> levels,
    List<Assignment> run,
    List<Assignment> shadow,
    Local regionBase,
    Local regionSize,
    Local regionTables,
    long tables,
    Expr where,
    Expr interpret,
    List<Part> virtual,
    List<Part> configurable,
    Optional<Mapping> mapping,
    Span span) {

  /// What a region is told by, in this order wherever it is an argument.
  public List<Local> region() {
    return List.of(regionBase, regionSize, regionTables);
  }

  /// How one mapping is put into the real translation state, and how it is taken out again.
  ///
  ///     map(va, pa, how, region)    from now on `va` leads to cell `pa` for `how`; only where `where`
  ///     clear(region)               no address leads anywhere, written `unmap()`
  ///     unmap(va, region)           `va` leads nowhere any more; if there is none, all are cleared
  ///
  /// `how` is absent where the space does not care. `where` is over the parameters of `map`.
  public record Mapping(Function map, Expr where, Function clear, Optional<Function> unmap) {
    public Local address() {
      return map.parameters().getFirst();
    }

    public Local cell() {
      return map.parameters().get(1);
    }

    public Optional<Local> access() {
      return map.parameters().size() == 6 ? Optional.of(map.parameters().get(2)) : Optional.empty();
    }
  }

  /// A guest in mode `virtual` really runs in `real`: the paper's user mode, or with ring
  /// compression one of several.
  public record Level(Mode virtual, Mode real) {
    public boolean isDeprivileged() {
      return virtual != real;
    }
  }

  /// The guest's modes that run elsewhere: its supervisor modes.
  public List<Mode> deprivileged() {
    return levels.stream().filter(Level::isDeprivileged).map(Level::virtual).toList();
  }

  /// The modes in which guests really run. A guest's own mode of that name runs as itself.
  public List<Mode> real() {
    return levels.stream().filter(l -> !l.isDeprivileged()).map(Level::real).toList();
  }

  /// Bits `high..low` of an element take `value` (over constants, or over virtual state for
  /// `shadow`).
  public record Assignment(Register register, int index, int high, int low, Expr value, Span span) {
    /// Whether it sets some of these bits, in whichever element.
    public boolean meets(Register other, int highest, int lowest) {
      return register == other && low <= highest && lowest <= high;
    }
  }

  /// Whether some of these parts has bits of the field, in whichever element.
  public static boolean covers(List<Part> parts, Register register, Field field) {
    return parts.stream()
        .anyMatch(part ->
            part instanceof Part.Bits(var r, int high, int low)
                && r == register
                && low <= field.high()
                && field.low() <= high);
  }

  public sealed interface Part {
    /// Bits `high..low` of every element.
    record Bits(Register register, int high, int low) implements Part {}

    record Device(String name) implements Part {}
  }
}
