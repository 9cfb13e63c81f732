package trapline.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Machine;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Which R state decides *where* the running program's storage lies: the paper's relocation.
///
///     relocation = { f of role R : two states that differ in f alone get different indices
///                                  from some space for one address }
///
/// where a translation is taken to go on past every trap: a condition that only decides whether it traps
/// (a bound check) does not count, and what it reads is control R. A field counts in every element of
/// a register file.
final class Relocation {
  private final Layout layout;
  private final Map<Function, Function> untrapped = new LinkedHashMap<>();

  private Relocation(Layout layout) {
    this.layout = layout;
  }

  /// The relocation bits of a machine's code.
  static int of(Layout layout) {
    return new Relocation(layout).find();
  }

  private int find() {
    Machine machine = layout.machine;
    int found = 0;
    for (Space space : machine.spaces()) {
      Space going = untrapped(space);
      for (Access access : Access.values()) {
        for (long a = 0; a <= Layout.mask(space.address().width()); a++) {
          found |= depends(going, a, access);
        }
      }
    }
    int whole = 0;
    for (Register r : machine.registers()) {
      for (Field f : r.fields()) {
        int field = layout.bitsOf(r, Layout.mask(f.width()) << f.low());
        if (f.hasRole(Role.R) && (field & found) != 0) {
          whole |= field;
        }
      }
    }
    for (var m : machine.memories()) {
      if (m.role() == Role.R && (layout.bitsOf(m) & found) != 0) {
        whole |= layout.bitsOf(m);
      }
    }
    return whole;
  }

  /// The bits of the fields of one element on which the index depends.
  private int depends(Space space, long address, Access access) {
    TreeWalk walk = new TreeWalk(layout);
    int reads = Reads.of(layout, space.body());
    long[] indices = new long[1 << Integer.bitCount(reads)];
    for (int k = 0; k < indices.length; k++) {
      var index = walk.translate(layout.unpack(Integer.expand(k, reads)), space, address, access);
      indices[k] = index.orElse(-1);
    }
    int found = 0;
    for (int part : parts()) {
      int within = Integer.compress(part, reads);
      for (int k = 0; k < indices.length && within != 0; k++) {
        int other = k & ~within;
        do {
          if (indices[k] >= 0 && indices[other] >= 0 && indices[k] != indices[other]) {
            found |= part;
          }
          other = k & ~within | ((other & within) - within & within);
        } while ((other & within) != 0);
      }
    }
    return found;
  }

  /// The bits of every field of every element, and of every cell of role R.
  private List<Integer> parts() {
    List<Integer> parts = new ArrayList<>();
    for (Register r : layout.machine.registers()) {
      for (Field f : r.fields()) {
        for (int i = 0; i < r.count() && f.hasRole(Role.R); i++) {
          parts.add(layout.bitsOf(layout.slot(r, i), Layout.mask(f.width()) << f.low()));
        }
      }
    }
    for (var m : layout.machine.memories()) {
      for (int i = 0; i < m.count().intValueExact() && m.role() == Role.R; i++) {
        parts.add(layout.bitsOf(layout.slot(m, i), Layout.mask(m.width())));
      }
    }
    return parts;
  }

  // A translation without its traps: of two branches one of which always traps, the other is taken.

  private Space untrapped(Space space) {
    return new Space(
        space.name(),
        space.memory(),
        space.address(),
        space.access(),
        space.accessValues(),
        untrapped(space.body()),
        space.span());
  }

  private Statement.Block untrapped(Statement.Block block) {
    List<Statement> out = new ArrayList<>();
    for (Statement s : block.statements()) {
      switch (s) {
        case Statement.If(var condition, var then, var otherwise) -> {
          if (!survives(then) && survives(otherwise)) {
            out.addAll(untrapped(otherwise).statements());
          } else if (survives(then) && !survives(otherwise)) {
            out.addAll(untrapped(then).statements());
          } else {
            out.add(new Statement.If(condition, untrapped(then), untrapped(otherwise)));
          }
        }
        case Statement.While(var condition, var body) ->
            out.add(new Statement.While(condition, untrapped(body)));
        case Statement.Call(var target, var function, var arguments) ->
            out.add(new Statement.Call(target, untrapped(function), arguments));
        default -> out.add(s);
      }
    }
    return new Statement.Block(out, block.span());
  }

  private Function untrapped(Function f) {
    return untrapped.computeIfAbsent(
        f, _ -> new Function(f.name(), f.parameters(), f.width(), untrapped(f.body()), f.span()));
  }

  /// Whether some way through leaves without a trap.
  private static boolean survives(Statement.Block block) {
    for (Statement s : block.statements()) {
      if (s instanceof Statement.Return) {
        return true;
      }
      if (s instanceof Statement.If(var _, var then, var otherwise)
          && (returns(then) || returns(otherwise))) {
        return true;
      }
      if (!goesOn(s)) {
        return false;
      }
    }
    return true;
  }

  private static boolean goesOn(Statement statement) {
    return switch (statement) {
      case Statement.Raise _ -> false;
      case Statement.Return _ -> false;
      case Statement.If(var _, var then, var otherwise) -> goesOn(then) || goesOn(otherwise);
      case Statement.Call(var _, var function, var _) -> survives(function.body());
      default -> true;
    };
  }

  private static boolean goesOn(Statement.Block block) {
    return block.statements().stream().allMatch(Relocation::goesOn);
  }

  /// Whether some way through ends in `return`.
  private static boolean returns(Statement.Block block) {
    for (Statement s : block.statements()) {
      if (s instanceof Statement.Return
          || s instanceof Statement.If(var _, var then, var otherwise)
              && (returns(then) || returns(otherwise))) {
        return true;
      }
      if (!goesOn(s)) {
        return false;
      }
    }
    return false;
  }
}
