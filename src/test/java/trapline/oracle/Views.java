package trapline.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Space;

/// The windows of all states of a machine: what storage looks like through its spaces.
///
///     window of S = { t -> contents of the cell to which S translates t }
///     t           = (space, access, program address)
///
/// Two windows *agree* when every t that both states translate has equal contents in both, and when
/// t and t' share a cell in the one iff they do in the other (for all t, t' translated in both):
/// a placement may move storage, not merge it.
///
/// Agreement is not transitive, because the domains differ. But between states of two given *shapes*
/// (domain, and which t share a cell) it is the equality of a number, [#contents].
final class Views {
  private record Sight(Space space, Access access, long address) {}

  /// Where a state's window lies: for each sight the slot, or -1.
  private record Placement(int[] slots, int shape) {}

  private record Shape(long domain, int[] sharesWith) {
    @Override
    public boolean equals(Object that) {
      return that instanceof Shape(var d, var s) && d == domain && Arrays.equals(s, sharesWith);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(domain) * 31 + Arrays.hashCode(sharesWith);
    }
  }

  private final Layout layout;
  private final TreeWalk walk;
  private final List<Sight> sights = new ArrayList<>();
  private final List<Shape> shapes = new ArrayList<>();
  private final Map<Shape, Integer> numbers = new HashMap<>();
  private final Placement[] placements;
  private final int reads;

  Views(Layout layout) {
    this.layout = layout;
    this.walk = new TreeWalk(layout);
    Machine machine = layout.machine;
    int mask = 0;
    for (Space space : machine.spaces()) {
      mask |= Reads.of(layout, space.body());
      List<Access> accesses =
          space.access().isPresent() ? List.of(Access.values()) : List.of(Access.LOAD);
      for (Access access : accesses) {
        for (long a = 0; a <= Layout.mask(space.address().width()); a++) {
          sights.add(new Sight(space, access, a));
        }
      }
    }
    if (sights.size() > 64) {
      throw new UnsupportedOperationException(sights.size() + " program addresses");
    }
    reads = mask;
    placements = new Placement[1 << Integer.bitCount(reads)];
  }

  private Placement placement(int code) {
    int key = Integer.compress(code, reads);
    Placement known = placements[key];
    if (known == null) {
      known = placed(layout.unpack(code));
      placements[key] = known;
    }
    return known;
  }

  private Placement placed(Cells state) {
    int[] slots = new int[sights.size()];
    int[] sharesWith = new int[sights.size()];
    long domain = 0;
    for (int t = 0; t < slots.length; t++) {
      Sight sight = sights.get(t);
      var index = walk.translate(state, sight.space, sight.address, sight.access);
      slots[t] = -1;
      sharesWith[t] = -1;
      if (index.isPresent() && index.getAsLong() < sight.space.memory().count().intValueExact()) {
        slots[t] = layout.slot(sight.space.memory(), (int) index.getAsLong());
        domain |= 1L << t;
        sharesWith[t] = t;
        for (int u = t - 1; u >= 0; u--) {
          if (slots[u] == slots[t]) {
            sharesWith[t] = u;
          }
        }
      }
    }
    Shape shape = new Shape(domain, sharesWith);
    int number = numbers.computeIfAbsent(shape, _ -> shapes.size());
    if (number == shapes.size()) {
      shapes.add(shape);
    }
    return new Placement(slots, number);
  }

  /// The number of the state's shape.
  int shape(int code) {
    return placement(code).shape;
  }

  /// The sights at which to compare two windows that may agree; empty when two states of these
  /// shapes never do, because storage is merged in one and not in the other.
  java.util.OptionalLong compared(int one, int two) {
    Shape a = shapes.get(one);
    Shape b = shapes.get(two);
    long common = a.domain & b.domain;
    long chosen = 0;
    for (int t = 0; t < sights.size(); t++) {
      if ((common >>> t & 1) == 0) {
        continue;
      }
      boolean repeats = false;
      for (int u = 0; u < t; u++) {
        if ((common >>> u & 1) != 0) {
          boolean sharesInA = a.sharesWith[t] == a.sharesWith[u];
          boolean sharesInB = b.sharesWith[t] == b.sharesWith[u];
          if (sharesInA != sharesInB) {
            return java.util.OptionalLong.empty();
          }
          repeats |= sharesInA;
        }
      }
      if (!repeats) {
        chosen |= 1L << t;
      }
    }
    return java.util.OptionalLong.of(chosen);
  }

  /// The sights at which to compare the windows of two final states, merged or not.
  long comparedAfter(int one, int two) {
    Shape a = shapes.get(one);
    Shape b = shapes.get(two);
    long common = a.domain & b.domain;
    long chosen = 0;
    for (int t = 0; t < sights.size(); t++) {
      if ((common >>> t & 1) == 0) {
        continue;
      }
      boolean repeats = false;
      for (int u = 0; u < t; u++) {
        repeats |=
            (common >>> u & 1) != 0
                && a.sharesWith[t] == a.sharesWith[u]
                && b.sharesWith[t] == b.sharesWith[u];
      }
      if (!repeats) {
        chosen |= 1L << t;
      }
    }
    return chosen;
  }

  /// What the state's window holds at the chosen sights, as one number.
  long contents(int code, long chosen) {
    int[] slots = placement(code).slots;
    long contents = 0;
    int used = 0;
    for (long left = chosen; left != 0; left &= left - 1) {
      Layout.Slot slot = layout.slots.get(slots[Long.numberOfTrailingZeros(left)]);
      contents = contents << slot.width() | code >>> slot.at() & Layout.mask(slot.width());
      used += slot.width();
    }
    if (used > 63) {
      throw new UnsupportedOperationException("a window of " + used + " bits");
    }
    return contents;
  }
}
