package trapline.oracle;

import static trapline.isa.Property.BEHAVIOR_SENSITIVE;
import static trapline.isa.Property.CLOCK_SENSITIVE;
import static trapline.isa.Property.LOCATION_SENSITIVE;
import static trapline.isa.Property.MODE_SENSITIVE;
import static trapline.isa.Property.RESOURCE_SENSITIVE;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Assertions;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;

/// The oracle's clever search finds what the definition, tried on every pair of states, finds.
final class BruteForceLaws {
  private static final Set<trapline.isa.Property> PAIRS =
      EnumSet.of(
          BEHAVIOR_SENSITIVE,
          LOCATION_SENSITIVE,
          MODE_SENSITIVE,
          RESOURCE_SENSITIVE,
          CLOCK_SENSITIVE);

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(10, RandomMachine.Reach.ALL);
  }

  @Property(tries = 150, seed = "1974", shrinking = ShrinkingMode.OFF)
  void groupedSearchIsThePairwiseDefinition(@ForAll("machines") String text) {
    if (!agrees(text)) {
      String least = Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && !agrees(t));
      Machine machine = Texts.load(least);
      Assertions.fail(
          new Pairwise(machine).classes()
              + " by pairs, but by groups "
              + grouped(machine)
              + "\n"
              + least);
    }
  }

  private static boolean agrees(String text) {
    Machine machine = Texts.load(text);
    return new Pairwise(machine).classes().equals(grouped(machine));
  }

  private static Map<String, Set<trapline.isa.Property>> grouped(Machine machine) {
    Map<String, Set<trapline.isa.Property>> found = new HashMap<>();
    BruteForce.decide(machine, BruteForce.Options.STANDARD)
        .rows()
        .forEach((row, verdicts) -> {
          Set<trapline.isa.Property> held = EnumSet.noneOf(trapline.isa.Property.class);
          PAIRS.stream().filter(p -> verdicts.get(p).holds()).forEach(held::add);
          found.put(row, held);
        });
    return found;
  }

  /// The definitions of section 2 of the theory, word by word, for every pair of states.
  private static final class Pairwise {
    private final Machine machine;
    private final Layout layout;
    private final TreeWalk walk;
    private final int relocation;
    private final Map<Integer, Map<List<Object>, Integer>> windows = new HashMap<>();

    Pairwise(Machine machine) {
      this.machine = machine;
      layout = new Layout(machine);
      walk = new TreeWalk(layout);
      relocation = Relocation.of(layout);
    }

    Map<String, Set<trapline.isa.Property>> classes() {
      Map<String, Set<trapline.isa.Property>> found = new HashMap<>();
      List<Instruction> all = new ArrayList<>(machine.instructions());
      all.add(machine.reserved());
      for (Instruction i : all) {
        for (Instruction.Row row : i.rows()) {
          Set<trapline.isa.Property> held = EnumSet.noneOf(trapline.isa.Property.class);
          for (long word = 0; word <= Layout.mask(machine.fetch().word().width()); word++) {
            if (walk.decode(word) == i && walk.inRow(row, i, word)) {
              add(held, word);
            }
          }
          found.put(row.name(), held);
        }
      }
      return found;
    }

    private void add(Set<trapline.isa.Property> held, long word) {
      for (var functions : Unspecified.choices(layout)) {
        walk.assume(functions);
        add(held, endings(word));
      }
    }

    /// By state, in what states its runs that complete and keep M and R end.
    private Map<Integer, Set<Integer>> endings(long word) {
      Map<Integer, Set<Integer>> kept = new HashMap<>();
      for (int s = 0; s < 1 << layout.bits(); s++) {
        OptionalLong fetched = walk.fetch(layout.unpack(s));
        if (isInSomeMode(layout.unpack(s)) && fetched.isPresent() && fetched.getAsLong() == word) {
          for (TreeWalk.Outcome outcome : walk.outcomes(layout.unpack(s), word, true)) {
            if (outcome instanceof TreeWalk.Outcome.Completes(var after)
                && keeps(layout.unpack(s), after)) {
              kept.computeIfAbsent(s, _ -> new HashSet<>()).add(layout.pack(after));
            }
          }
        }
      }
      return kept;
    }

    private void add(Set<trapline.isa.Property> held, Map<Integer, Set<Integer>> kept) {
      for (int one : kept.keySet()) {
        for (int two : kept.keySet()) {
          Set<String> differing = differing(one, two);
          if (two <= one || differing.contains("seen") || !windowsAgree(one, two, true)) {
            continue;
          }
          if (!hasOther(kept.get(one), kept.get(two)) && !hasOther(kept.get(two), kept.get(one))) {
            continue;
          }
          if (Set.of("mode", "relocation", "storage").containsAll(differing)) {
            held.add(BEHAVIOR_SENSITIVE);
          }
          if (Set.of("relocation", "storage").containsAll(differing)) {
            held.add(LOCATION_SENSITIVE);
          }
          if (Set.of("mode").containsAll(differing)) {
            held.add(MODE_SENSITIVE);
          }
          if (Set.of("control").containsAll(differing)) {
            held.add(RESOURCE_SENSITIVE);
            held.add(BEHAVIOR_SENSITIVE);
          }
          if (Set.of("clock").containsAll(differing)) {
            held.add(CLOCK_SENSITIVE);
          }
        }
      }
    }

    /// Some ending of the ones looks like none of the others.
    private boolean hasOther(Set<Integer> ones, Set<Integer> others) {
      return ones.stream()
          .anyMatch(a ->
              others.stream()
                  .allMatch(b -> differing(a, b).contains("seen") || !windowsAgree(a, b, false)));
    }

    /// A state that is in none of the modes asked about counts for nothing.
    private boolean isInSomeMode(Cells state) {
      return holds(machine.supervisorModes(), state) || holds(machine.userModes(), state);
    }

    private boolean holds(List<trapline.isa.Mode> modes, Cells state) {
      return modes.stream().anyMatch(m -> walk.evaluate(state, m.holds()) != 0);
    }

    private boolean keeps(Cells before, Cells after) {
      if (after.halted || !after.outputs.isEmpty() || !after.consumed.isEmpty()) {
        return false;
      }
      Set<String> changed = differing(layout.pack(before), layout.pack(after));
      return !changed.contains("mode")
          && !changed.contains("relocation")
          && !changed.contains("control");
    }

    /// In what two states differ.
    private Set<String> differing(int one, int two) {
      Cells a = layout.unpack(one);
      Cells b = layout.unpack(two);
      Set<String> found = new HashSet<>();
      for (Register r : machine.registers()) {
        for (Field f : r.fields()) {
          for (int i = 0; i < r.count(); i++) {
            long mask = Layout.mask(f.width()) << f.low();
            int slot = layout.slot(r, i);
            if (f.role().isPresent() && ((a.values[slot] ^ b.values[slot]) & mask) != 0) {
              boolean moves = (relocation & layout.bitsOf(slot, mask)) != 0;
              found.add(kind(f.role().get(), moves));
            }
          }
        }
      }
      for (Memory m : machine.memories()) {
        boolean translated = machine.spaces().stream().anyMatch(s -> s.memory() == m);
        for (int i = 0; i < m.count().intValueExact(); i++) {
          if (a.values[layout.slot(m, i)] != b.values[layout.slot(m, i)]) {
            found.add(m.role() == Role.E && translated ? "storage" : kind(m.role(), false));
          }
        }
      }
      for (var p : machine.ports()) {
        if (p.isInput() && a.values[layout.slot(p)] != b.values[layout.slot(p)]) {
          found.add("control");
        }
      }
      return found;
    }

    private static String kind(Role role, boolean moves) {
      return switch (role) {
        case E, P -> "seen";
        case M -> "mode";
        case R -> moves ? "relocation" : "control";
        case CLOCK -> "clock";
      };
    }

    private boolean windowsAgree(int one, int two, boolean unmerged) {
      Map<List<Object>, Integer> a = window(one);
      Map<List<Object>, Integer> b = window(two);
      Cells x = layout.unpack(one);
      Cells y = layout.unpack(two);
      List<List<Object>> common = a.keySet().stream().filter(b::containsKey).toList();
      for (List<Object> t : common) {
        if (x.values[a.get(t)] != y.values[b.get(t)]) {
          return false;
        }
        for (List<Object> u : common) {
          if (unmerged && a.get(t).equals(a.get(u)) != b.get(t).equals(b.get(u))) {
            return false;
          }
        }
      }
      return true;
    }

    /// From (space, access, address) to the slot it leads to.
    private Map<List<Object>, Integer> window(int state) {
      return windows.computeIfAbsent(
          state,
          _ -> {
            Map<List<Object>, Integer> window = new HashMap<>();
            for (Space space : machine.spaces()) {
              for (Access access : Access.values()) {
                for (long t = 0; t <= Layout.mask(space.address().width()); t++) {
                  var index = walk.translate(layout.unpack(state), space, t, access);
                  if (index.isPresent()) {
                    window.put(
                        List.of(space, access, t),
                        layout.slot(space.memory(), (int) index.getAsLong()));
                  }
                }
              }
            }
            return window;
          });
    }
  }
}
