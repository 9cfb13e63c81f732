package trapline.oracle;

import java.util.Arrays;
import java.util.List;
import trapline.isa.Cause;
import trapline.isa.Role;

/// The outcomes of one word, from every state that counts.
///
///     outcomes of state s = the numbers from(s) .. to(s) - 1     none when no `any` has a value
final class Runs {
  static final byte COMPLETES = 1;
  static final byte MEMORY_TRAP = 2;
  static final byte TRAPS = 3;

  /// The architecture makes no promise.
  static final byte UNPREDICTABLE = 4;

  /// Goes on as another instruction, and was not followed.
  static final byte HANDS_OVER = 5;

  /// Stops for a fault of the description.
  static final byte FAULT = 6;

  static final byte GOES_ON_FOR_EVER = 7;

  private static final byte USES = 1;
  private static final byte TOUCHES = 2;
  private static final byte HALFWAY = 4;
  private static final byte STORES = 8;

  private final Layout layout;
  private final TreeWalk walk;

  /// What must be undone on a trap: all that a program may see.
  private final int undone;

  private final int[] from;
  private final int[] to;
  private byte[] kind;
  private int[] after;
  private byte[] flags;

  /// `seen` are P and the registers of role E.
  Runs(Layout layout, TreeWalk walk, int seen) {
    this.layout = layout;
    this.walk = walk;
    this.undone = seen | layout.bitsOf(Role.E);
    int states = 1 << layout.bits();
    from = new int[states];
    to = new int[states];
    kind = new byte[states];
    after = new int[states];
    flags = new byte[states];
  }

  /// Runs the word from these states, and forgets what was before; whether some run handed over.
  boolean run(int[] counting, long word, boolean followed) {
    int at = 0;
    boolean handed = false;
    for (int s : counting) {
      from[s] = at;
      List<TreeWalk.Outcome> outcomes = walk.outcomes(layout.unpack(s), word, followed);
      if (at + outcomes.size() > kind.length) {
        int length = 2 * kind.length + outcomes.size();
        kind = Arrays.copyOf(kind, length);
        after = Arrays.copyOf(after, length);
        flags = Arrays.copyOf(flags, length);
      }
      for (TreeWalk.Outcome outcome : outcomes) {
        note(at, s, outcome);
        handed |= kind[at] == HANDS_OVER;
        at++;
      }
      to[s] = at;
    }
    return handed;
  }

  private void note(int at, int state, TreeWalk.Outcome outcome) {
    flags[at] = 0;
    switch (outcome) {
      case TreeWalk.Outcome.Completes(var cells) -> {
        kind[at] = COMPLETES;
        after[at] = layout.pack(cells);
        boolean uses = cells.halted || !cells.outputs.isEmpty() || !cells.consumed.isEmpty();
        flags[at] =
            (byte)
                ((uses ? USES : 0) | (cells.touched ? TOUCHES : 0) | (cells.stored ? STORES : 0));
      }
      case TreeWalk.Outcome.Traps(var cause, var _, var cells) -> {
        kind[at] = cause.kind() == Cause.Kind.MEMORY ? MEMORY_TRAP : TRAPS;
        flags[at] = ((state ^ layout.pack(cells)) & undone) != 0 ? HALFWAY : 0;
      }
      case TreeWalk.Outcome.HandsOver() -> kind[at] = HANDS_OVER;
      case TreeWalk.Outcome.Stopped(var reason, var _) ->
          kind[at] =
              switch (reason) {
                case UNPREDICTABLE -> UNPREDICTABLE;
                case NO_END -> GOES_ON_FOR_EVER;
                case FAULT -> FAULT;
                case NO_CHOICE -> throw new IllegalStateException("no run");
              };
    }
  }

  int from(int state) {
    return from[state];
  }

  int to(int state) {
    return to[state];
  }

  byte kind(int outcome) {
    return kind[outcome];
  }

  int after(int outcome) {
    return after[outcome];
  }

  /// Whether it used the processor or a device.
  boolean uses(int outcome) {
    return (flags[outcome] & USES) != 0;
  }

  /// Whether it reached storage by physical address.
  boolean touches(int outcome) {
    return (flags[outcome] & TOUCHES) != 0;
  }

  /// Whether it stored by physical address.
  boolean stores(int outcome) {
    return (flags[outcome] & STORES) != 0;
  }

  /// Of a trap: whether something that the program sees is not as it was.
  boolean halfway(int outcome) {
    return (flags[outcome] & HALFWAY) != 0;
  }

  boolean has(int state, byte wanted) {
    for (int o = from[state]; o < to[state]; o++) {
      if (kind[o] == wanted) {
        return true;
      }
    }
    return false;
  }

  /// Some outcome of the state completes, or may do anything.
  boolean goesOn(int state) {
    return has(state, COMPLETES) || has(state, UNPREDICTABLE);
  }

  /// Some outcome of the state is none that can be judged.
  boolean stops(int state) {
    return has(state, FAULT) || has(state, GOES_ON_FOR_EVER);
  }

  /// The state has outcomes, and all of them are traps other than for a storage reference.
  boolean onlyTraps(int state) {
    for (int o = from[state]; o < to[state]; o++) {
      if (kind[o] != TRAPS) {
        return false;
      }
    }
    return from[state] < to[state];
  }
}
