package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;

/// Reads the `vmm` block.
///
/// A mode in which guests run stays as it is: whatever else `deprivilege` lines say, so a guest
/// that has it runs in it. In `shadow`, `virt.` stands before the virtual machine's state and
/// `region.base`, `region.size` are what the guest was given; their width is that of the place they
/// are used in.
final class Monitors {
  private Monitors() {}

  static Optional<Monitor> lower(Draft draft, Syntax.Item.Vmm item) {
    List<Monitor.Level> levels = new ArrayList<>();
    Expr where = Fold.TRUE;
    List<Monitor.Assignment> run = new ArrayList<>();
    List<Monitor.Assignment> shadow = new ArrayList<>();
    List<Monitor.Part> virtual = new ArrayList<>();
    List<Monitor.Part> configurable = new ArrayList<>();
    Expr interpret = Fold.FALSE;
    List<Syntax.VmmItem.Tables> kept = new ArrayList<>();
    List<Syntax.VmmItem.Map> mappings = new ArrayList<>();
    int width =
        1
            + draft.spaces.stream()
                .map(s -> s.storage().memory())
                .mapToInt(Memory::indexWidth)
                .max()
                .orElse(63);
    Local base = new Local("region.base", width);
    Local size = new Local("region.size", width);
    Local tables = new Local("region.tables", width);
    var region = new Meaning.Region(base, size, tables, true, item.span());
    Scope shadowed = new Scope(null);
    shadowed.declare("virt", new Meaning.Virtual(item.span()));
    shadowed.declare("region", region);
    Scope allotted = new Scope(null);
    allotted.declare("region", new Meaning.Region(base, size, tables, false, item.span()));
    boolean hasDeprivilege = false;
    for (Syntax.VmmItem i : item.items()) {
      switch (i) {
        case Syntax.VmmItem.Deprivilege d -> {
          hasDeprivilege = true;
          levels(draft, d, levels);
        }
        case Syntax.VmmItem.Run(List<Syntax.Assignment> assignments, Span _) ->
            assignments.forEach(a -> assignment(draft, a, new Scope(null)).ifPresent(run::add));
        case Syntax.VmmItem.Shadow(Syntax.Assignment a, Span _) ->
            assignment(draft, a, shadowed).ifPresent(shadow::add);
        case Syntax.VmmItem.Virtual(List<Syntax.Expression> parts, Span _) ->
            parts.forEach(p -> part(draft, p).ifPresent(virtual::add));
        case Syntax.VmmItem.Where(Syntax.Expression condition, Span _) ->
            where = Fold.and(where, where(draft, condition, allotted, Set.of(base, size, tables)));
        case Syntax.VmmItem.Configure(List<Syntax.Expression> parts, Span _) ->
            parts.forEach(p -> setting(draft, p).ifPresent(configurable::add));
        case Syntax.VmmItem.Map m -> mappings.add(m);
        case Syntax.VmmItem.Tables t -> kept.add(t);
        case Syntax.VmmItem.Interpret(Syntax.Expression condition, Span _) ->
            interpret =
                Fold.or(
                    interpret,
                    Expressions.condition(Body.of(draft, Site.condition(), shadowed), condition));
      }
    }
    if (!hasDeprivilege) {
      draft.problems.report(
          Mappings.mistake(
                  "the `vmm` block does not say where guests run", item.span(), "no `deprivilege`")
              .help("write `deprivilege S to U;`"));
    }
    List<Monitor.Level> all = settled(draft, item, levels);
    Optional<Monitor.Mapping> mapping = Mappings.lower(draft, item, mappings, region);
    long cells = cells(draft, kept, !mappings.isEmpty());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Monitor(
            all,
            run,
            shadow,
            base,
            size,
            tables,
            cells,
            where,
            interpret,
            virtual,
            configurable,
            mapping,
            item.span()));
  }

  /// How many cells of its own storage the monitor keeps for each guest.
  private static long cells(Draft draft, List<Syntax.VmmItem.Tables> kept, boolean maps) {
    if (kept.isEmpty()) {
      return 0;
    }
    if (kept.size() > 1) {
      draft.problems.report(
          Mappings.mistake("said twice", kept.get(1).span(), "again here")
              .with(kept.getFirst().span(), "said here")
              .help("keep one of the two"));
    }
    if (!maps) {
      draft.problems.report(
          Mappings.mistake(
                  "`tables` are cells in which `map` installs mappings",
                  kept.getFirst().span(),
                  "no `map`")
              .help("leave it out, or write `map(…) { … }` and `unmap() { … }`"));
    }
    return cells(draft, kept.getFirst().cells());
  }

  private static long cells(Draft draft, Syntax.Expression e) {
    return Expressions.whole(Body.outside(draft), e)
        .filter(n -> {
          boolean fits = n.signum() > 0 && n.bitLength() < Long.SIZE;
          if (!fits) {
            draft.problems.report(
                Mappings.mistake(
                        "a monitor keeps some cells for its tables, or none",
                        e.span(),
                        "is " + Mismatch.number(n))
                    .help("write how many, or leave `tables` out"));
          }
          return fits;
        })
        .map(BigInteger::longValue)
        .orElse(0L);
  }

  private static void levels(
      Draft draft, Syntax.VmmItem.Deprivilege item, List<Monitor.Level> levels) {
    Optional<Mode> target = Modes.find(draft, item.target());
    for (Syntax.Name name : item.modes()) {
      Optional<Mode> mode = Modes.find(draft, name);
      if (mode.isEmpty() || target.isEmpty()) {
        continue;
      }
      if (levels.stream().anyMatch(l -> l.virtual() == mode.get())) {
        draft.problems.report(
            Mappings.mistake(
                    "`" + name.text() + "` runs in one mode only", name.span(), "said before")
                .help("keep one of the two"));
        continue;
      }
      levels.add(new Monitor.Level(mode.get(), target.get()));
    }
  }

  /// With the modes in which guests run, as themselves; empty after a report.
  private static List<Monitor.Level> settled(
      Draft draft, Syntax.Item.Vmm item, List<Monitor.Level> levels) {
    List<Monitor.Level> all = new ArrayList<>(levels);
    for (Monitor.Level level : levels) {
      Optional<Monitor.Level> own =
          all.stream().filter(l -> l.virtual() == level.real()).findFirst();
      if (own.isEmpty()) {
        all.add(new Monitor.Level(level.real(), level.real()));
      } else if (own.get().isDeprivileged()) {
        draft.problems.report(
            Mappings.mistake(
                    "guests run in `" + level.real().name() + "`, which is deprivileged itself",
                    item.span(),
                    "no mode to stay in")
                .help("let the modes in which guests run stay as they are"));
        return List.of();
      }
    }
    if (!all.isEmpty() && all.stream().noneMatch(Monitor.Level::isDeprivileged)) {
      draft.problems.report(
          Mappings.mistake("no mode is deprivileged", item.span(), "all run as themselves")
              .help("write `deprivilege S to U;`"));
      return List.of();
    }
    all.sort(Comparator.comparingInt(l -> draft.modes.indexOf(l.virtual())));
    return all;
  }

  private static Expr where(
      Draft draft, Syntax.Expression condition, Scope scope, Set<Local> region) {
    int before = draft.problems.errors();
    Expr expr = Expressions.condition(Body.of(draft, Site.condition(), scope), condition);
    if (draft.problems.errors() == before && !Words.isOver(expr, region)) {
      draft.problems.report(
          Mappings.mistake(
                  "where a guest is put is decided before it runs",
                  condition.span(),
                  "depends on state")
              .help("speak of `region.base`, `region.size` and `region.tables` only"));
      return Fold.TRUE;
    }
    return expr;
  }

  /// A field of role R that is set once and for all: one value, so not an element of a file.
  private static Optional<Monitor.Part> setting(Draft draft, Syntax.Expression e) {
    Optional<Monitor.Part> part = part(draft, e);
    if (part.isPresent()
        && !(part.get() instanceof Monitor.Part.Bits(Register r, int high, int low)
            && !r.isFile()
            && r.fields().stream()
                .filter(f -> low <= f.high() && f.low() <= high)
                .allMatch(f -> f.hasRole(Role.R) || f.fixed().isPresent()))) {
      draft.problems.report(
          Mappings.mistake(
                  "a monitor can only configure control state",
                  e.span(),
                  "not a register, or a field of one, with role R")
              .help("name fields of role R, as in `configure cr.tsd, cr.umip;`"));
      return Optional.empty();
    }
    return part;
  }

  /// A place that is bits of a single register, or of a known element.
  private record Bitfield(Register register, int index, int high, int low, Type type) {}

  private static Optional<Monitor.Assignment> assignment(
      Draft draft, Syntax.Assignment a, Scope scope) {
    Body b = Body.of(draft, Site.condition(), scope);
    Place place = Places.resolve(b, a.target(), null);
    if (place instanceof Place.Wrong) {
      return Optional.empty();
    }
    Bitfield f = bitfield(place);
    if (f == null) {
      notRegister(draft, a.target());
      return Optional.empty();
    }
    int before = draft.problems.errors();
    Expr value = Expressions.check(b, a.value(), f.type, Mismatch.side(b, a.target(), f.type));
    return draft.problems.errors() > before
        ? Optional.empty()
        : Optional.of(new Monitor.Assignment(f.register, f.index, f.high, f.low, value, a.span()));
  }

  private static void notRegister(Draft draft, Syntax.Expression e) {
    draft.problems.report(
        Mappings.mistake(
                "a register, or a field of one, is needed here", e.span(), "not part of a register")
            .help("name a register, a field or an element: `psw`, `psw.mode`, `r[0]`"));
  }

  private static @Nullable Bitfield bitfield(Place place) {
    return switch (place) {
      case Place.Element(Meaning.State s, Expr.Constant(Bits index)) ->
          new Bitfield(s.register(), index.toInt(), s.register().width() - 1, 0, s.type());
      case Place.Bits(Place base, int high, int low, Type type) -> {
        Bitfield f = bitfield(base);
        yield f == null ? null : new Bitfield(f.register, f.index, f.low + high, f.low + low, type);
      }
      default -> null;
    };
  }

  private static Optional<Monitor.Part> part(Draft draft, Syntax.Expression e) {
    if (e
            instanceof
            Syntax.Expression.Member(
                Syntax.Expression.Reference(Syntax.Name name, Span _),
                Syntax.Name field,
                Span _)
        && draft.isDeclared(name.text())
        && draft.lookup(name).orElse(null) instanceof Meaning.State s
        && s.register().isFile()
        && s.type() instanceof Type.View view) {
      draft.glossary.mention("field", view.name(), field);
      Optional<Type.Part> part = view.part(field.text());
      if (part.isPresent()) {
        return Optional.of(
            new Monitor.Part.Bits(s.register(), part.get().high(), part.get().low()));
      }
    }
    Body b = Body.outside(draft);
    Place place = Places.resolve(b, e, null);
    return switch (place) {
      case Place.Wrong _ -> Optional.empty();
      case Place.Bare(Meaning.Device d) -> Optional.of(new Monitor.Part.Device(d.name()));
      case Place.Bare(Meaning.State s) ->
          Optional.of(new Monitor.Part.Bits(s.register(), s.register().width() - 1, 0));
      default -> {
        Bitfield f = bitfield(place);
        if (f == null) {
          notRegister(draft, e);
          yield Optional.empty();
        }
        yield Optional.of(new Monitor.Part.Bits(f.register, f.high, f.low));
      }
    };
  }
}
