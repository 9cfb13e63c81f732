package trapline.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How the runs from each state may end, as the program sees it, and which two states differ in
/// that.
///
/// S1 and S2 differ when some ending of S1 looks like no ending of S2, or the other way round; a
/// state that does not end as asked is not put in. Two endings look alike when P, the registers of
/// role E and the windows agree: no equivalence, since windows are compared where both translate.
final class Looks {
  private final Views views;
  private final int seen;
  private final int[][] endings;

  Looks(Views views, int states, int seen) {
    this.views = views;
    this.seen = seen;
    endings = new int[states][];
  }

  void put(int state, int[] endings) {
    this.endings[state] = endings;
  }

  /// The ending of a state that has one.
  int only(int state) {
    return endings[state][0];
  }

  /// Two of the states, equal in the bits `equal` and on the window, that differ.
  Optional<int[]> disagreeing(int[] states, int equal) {
    Map<Integer, List<Integer>> byShape = new LinkedHashMap<>();
    for (int s : states) {
      byShape.computeIfAbsent(views.shape(s), _ -> new ArrayList<>()).add(s);
    }
    List<Integer> shapes = List.copyOf(byShape.keySet());
    for (int i = 0; i < shapes.size(); i++) {
      for (int j = i; j < shapes.size(); j++) {
        OptionalLong sights = views.compared(shapes.get(i), shapes.get(j));
        if (sights.isPresent()) {
          Map<Long, Map<List<Integer>, Integer>> classes = new HashMap<>();
          List<Integer> ones = byShape.get(shapes.get(i));
          List<Integer> others = byShape.get(shapes.get(j));
          ones.forEach(s -> classOf(classes, s, equal, sights.getAsLong()).put(setOf(s), s));
          for (int s : others) {
            var against = classOf(classes, s, equal, sights.getAsLong());
            for (Map.Entry<List<Integer>, Integer> other : against.entrySet()) {
              if (differ(setOf(s), other.getKey()) || differ(other.getKey(), setOf(s))) {
                return Optional.of(new int[] {other.getValue(), s});
              }
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// By sets of endings, a state that has it, of those that agree with `state`.
  private Map<List<Integer>, Integer> classOf(
      Map<Long, Map<List<Integer>, Integer>> classes, int state, int equal, long sights) {
    long key = views.contents(state, sights) << 32 | state & equal;
    return classes.computeIfAbsent(key, _ -> new LinkedHashMap<>());
  }

  private List<Integer> setOf(int state) {
    return Arrays.stream(endings[state]).boxed().toList();
  }

  private boolean differ(List<Integer> some, List<Integer> all) {
    for (int one : some) {
      if (all.stream().noneMatch(other -> alike(one, other))) {
        return true;
      }
    }
    return false;
  }

  private boolean alike(int one, int two) {
    if (((one ^ two) & seen) != 0) {
      return false;
    }
    long sights = views.comparedAfter(views.shape(one), views.shape(two));
    return views.contents(one, sights) == views.contents(two, sights);
  }
}
