package trapline.machine;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Function;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Which code may trap, so that only writes before a trap are logged, and which writes at all.
///
/// Sound, not exact: conditions are not looked at.
final class Trapping {
  private record Nature(boolean traps, boolean writes, boolean commits) {
    static final Nature QUIET = new Nature(false, false, false);
    static final Nature ANYTHING = new Nature(true, true, true);
    static final Nature TRAPS = new Nature(true, false, false);
    static final Nature WRITES = new Nature(false, true, false);
    static final Nature COMMITS = new Nature(false, false, true);

    Nature and(Nature that) {
      return new Nature(traps || that.traps, writes || that.writes, commits || that.commits);
    }
  }

  private final Map<Object, Nature> known = new HashMap<>();
  private final Map<Statement.Block, Nature> blocks = new IdentityHashMap<>();

  boolean traps(Statement statement) {
    return nature(statement).traps;
  }

  boolean traps(Statement.Block block) {
    return nature(block).traps;
  }

  boolean traps(Function function) {
    return nature(function).traps;
  }

  boolean traps(Space space) {
    return nature(space).traps;
  }

  boolean writes(Statement.Block block) {
    return nature(block).writes;
  }

  boolean commits(Statement.Block block) {
    return nature(block).commits;
  }

  /// True if a trap may come after statement `index` of `statements`, or else, when the statements
  /// are through, as `after` says. Nothing before a commit needs undoing.
  boolean follows(List<Statement> statements, int index, boolean after) {
    for (Statement later : statements.subList(index + 1, statements.size())) {
      if (later instanceof Statement.Commit) {
        return false;
      }
      if (traps(later)) {
        return true;
      }
    }
    return after;
  }

  private Nature nature(Function function) {
    return named(function, function.body());
  }

  private Nature nature(Space space) {
    return named(space, space.body());
  }

  private Nature named(Object key, Statement.Block body) {
    Nature nature = known.get(key);
    if (nature == null) {
      known.put(key, Nature.ANYTHING);
      nature = nature(body);
      known.put(key, nature);
    }
    return nature;
  }

  private Nature nature(Statement.Block block) {
    Nature nature = blocks.get(block);
    if (nature == null) {
      nature = Nature.QUIET;
      for (Statement statement : block.statements()) {
        nature = nature.and(nature(statement));
      }
      blocks.put(block, nature);
    }
    return nature;
  }

  private Nature nature(Statement statement) {
    return switch (statement) {
      case Statement.Assign _, Statement.Choose _, Statement.Return _, Statement.Unpredictable _ ->
          Nature.QUIET;
      case Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Input _,
          Statement.Output _,
          Statement.Halt _ ->
          Nature.WRITES;
      case Statement.Load load ->
          load.space().devices().isEmpty()
              ? nature(load.space())
              : nature(load.space()).and(Nature.WRITES);
      case Statement.Store store -> nature(store.space()).and(Nature.WRITES);
      case Statement.Call call -> nature(call.function());
      case Statement.If(var _, var then, var otherwise) -> nature(then).and(nature(otherwise));
      case Statement.While loop -> nature(loop.body());
      case Statement.Raise _ -> Nature.TRAPS;
      case Statement.Commit _ -> Nature.COMMITS;
      case Statement.Execute _ -> Nature.ANYTHING;
    };
  }
}
