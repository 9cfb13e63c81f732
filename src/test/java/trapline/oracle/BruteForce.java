package trapline.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import trapline.isa.Cause;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Property;
import trapline.isa.Role;

/// Decides every property of every row of a tiny machine by running it on every state.
///
/// Popek and Goldberg, CACM 17(7), 1974, section 4, as `theory.md` words it. A state counts for a
/// word when the fetch from it brings that word (`requireFetch`), when the run does not trap with
/// kind memory, and when it does not stop for a fault of the description.
final class BruteForce {
  /// `literal`: the paper's sentence on *privileged* to the letter. `requireFetch`: only states
  /// from which the instruction would be fetched count.
  record Options(boolean requireFetch, boolean literal) {
    static final Options STANDARD = new Options(true, false);
    static final Options LITERAL = new Options(true, true);
  }

  /// Of the machine: Theorems 1 and 3, each with *privileged* and with *traps in user mode*.
  record Conclusions(boolean vmm, boolean vmmIfTrapping, boolean hvmm, boolean hvmmIfTrapping) {}

  /// `unclear` are the rows with a state from which the run neither completes nor traps: what else
  /// is said of them leaves that state out.
  record Answer(
      Layout layout,
      Map<String, Map<Property, Verdict>> rows,
      Set<String> unclear,
      Conclusions conclusions) {
    boolean holds(String row, Property property) {
      return rows.get(row).get(property).holds();
    }
  }

  private static final byte COMPLETES = 1;
  private static final byte MEMORY_TRAP = 2;
  private static final byte TRAPS = 3;
  private static final byte STOPS = 4;
  private static final byte GOES_ON_FOR_EVER = 5;

  private static final int NO_MODE = 0;
  private static final int SUPERVISOR = 1;
  private static final int USER = 2;

  private final Machine machine;
  private final Options options;
  private final Layout layout;
  private final TreeWalk walk;
  private final Views views;
  private final int states;
  private final int words;

  private final int mBits;
  private final int pBits;
  private final int eBits;
  private final int relocationBits;
  private final int controlBits;
  private final int clockBits;
  private final int all;

  /// Per state: [#SUPERVISOR], [#USER], or neither.
  private final byte[] level;

  /// Per state, of the word that is being run.
  private final byte[] kind;

  private final int[] after;
  private final boolean[] keeps;
  private final boolean[] uses;

  private final int[] fetched;
  private final Optional<Monitored> monitored;

  static Answer decide(Machine machine, Options options) {
    return new BruteForce(machine, options).decide();
  }

  private BruteForce(Machine machine, Options options) {
    this.machine = machine;
    this.options = options;
    layout = new Layout(machine);
    if (layout.bits() > 22) {
      throw new UnsupportedOperationException(layout.bits() + " bits of state");
    }
    walk = new TreeWalk(layout);
    views = new Views(layout);
    states = 1 << layout.bits();
    all = states - 1;
    words = 1 << machine.fetch().word().width();
    mBits = layout.bitsOf(Role.M);
    pBits = layout.bitsOf(Role.P);
    clockBits = layout.bitsOf(Role.CLOCK);
    int registersOfE = 0;
    for (var r : machine.registers()) {
      registersOfE |= layout.bitsOf(r, r.mask(Role.E).toLong());
    }
    eBits = registersOfE | untranslated();
    relocationBits = Relocation.of(layout);
    int ports = 0;
    for (Port p : machine.ports()) {
      ports |= p.isInput() ? layout.bitsOf(p) : 0;
    }
    controlBits = layout.bitsOf(Role.R) & ~relocationBits | ports;
    level = new byte[states];
    kind = new byte[states];
    after = new int[states];
    keeps = new boolean[states];
    uses = new boolean[states];
    monitored = machine.monitor().map(m -> new Monitored(layout, m));
    fetched = new int[states];
  }

  /// Storage that no space reaches is not placed anywhere: a program sees it as it is.
  private int untranslated() {
    int mask = 0;
    for (var memory : machine.memories()) {
      if (memory.role() == Role.E
          && machine.spaces().stream().noneMatch(s -> s.memory() == memory)) {
        mask |= layout.bitsOf(memory);
      }
    }
    return mask;
  }

  private Answer decide() {
    findLevels();
    int[][] counting = findCounting();
    Map<String, Map<Property, Verdict>> rows = new LinkedHashMap<>();
    List<Instruction> instructions = new ArrayList<>(machine.instructions());
    instructions.add(machine.reserved());
    Map<Instruction.Row, Row> verdicts = new LinkedHashMap<>();
    for (Instruction i : instructions) {
      for (Instruction.Row r : i.rows()) {
        verdicts.put(r, new Row());
      }
    }
    for (int word = 0; word < words; word++) {
      Instruction i = walk.decode(word);
      run(counting[options.requireFetch ? word : 0], word);
      for (Instruction.Row r : i.rows()) {
        if (walk.inRow(r, i, word)) {
          verdicts.get(r).add(counting[options.requireFetch ? word : 0], word);
        }
      }
    }
    verdicts.forEach((row, verdict) -> rows.put(row.name(), verdict.properties()));
    Set<String> unclear = new LinkedHashSet<>();
    verdicts.forEach((row, verdict) -> {
      if (verdict.unclear) {
        unclear.add(row.name());
      }
    });
    return new Answer(layout, rows, unclear, conclude(rows));
  }

  private static Conclusions conclude(Map<String, Map<Property, Verdict>> rows) {
    boolean[] holds = {true, true, true, true};
    for (var of : rows.values()) {
      boolean privileged = of.get(Property.PRIVILEGED).holds();
      boolean trapping = privileged || of.get(Property.TRAPS_IN_USER).holds();
      boolean sensitive = of.get(Property.SENSITIVE).holds();
      boolean userSensitive = of.get(Property.USER_SENSITIVE).holds();
      holds[0] &= !sensitive || privileged;
      holds[1] &= !sensitive || trapping;
      holds[2] &= !userSensitive || privileged;
      holds[3] &= !userSensitive || trapping;
    }
    return new Conclusions(holds[0], holds[1], holds[2], holds[3]);
  }

  private void findLevels() {
    int reads = 0;
    for (Mode mode : machine.modes()) {
      reads |= Reads.of(layout, mode.holds());
    }
    byte[] byMode = new byte[1 << Integer.bitCount(reads)];
    for (int m = 0; m < byMode.length; m++) {
      Cells state = layout.unpack(Integer.expand(m, reads));
      if (holds(machine.supervisorModes(), state)) {
        byMode[m] = SUPERVISOR;
      } else if (holds(machine.userModes(), state)) {
        byMode[m] = USER;
      }
    }
    for (int s = 0; s < states; s++) {
      level[s] = byMode[Integer.compress(s, reads)];
    }
  }

  private boolean holds(List<Mode> modes, Cells state) {
    return modes.stream().anyMatch(m -> walk.evaluate(state, m.holds()) != 0);
  }

  /// The states that count, by word; one list for all words when fetch is not required.
  private int[][] findCounting() {
    if (!options.requireFetch) {
      int[] every = new int[states];
      Arrays.setAll(every, s -> s);
      return new int[][] {every};
    }
    int reads = Reads.of(layout, machine.fetch().read());
    int[] byReads = new int[1 << Integer.bitCount(reads)];
    for (int k = 0; k < byReads.length; k++) {
      OptionalLong word = walk.fetch(layout.unpack(Integer.expand(k, reads)));
      byReads[k] = word.isPresent() ? (int) word.getAsLong() : -1;
    }
    int[] counts = new int[words];
    for (int s = 0; s < states; s++) {
      fetched[s] = byReads[Integer.compress(s, reads)];
      if (fetched[s] >= 0) {
        counts[fetched[s]]++;
      }
    }
    int[][] lists = new int[words][];
    for (int w = 0; w < words; w++) {
      lists[w] = new int[counts[w]];
    }
    for (int s = states - 1; s >= 0; s--) {
      if (fetched[s] >= 0) {
        lists[fetched[s]][--counts[fetched[s]]] = s;
      }
    }
    return lists;
  }

  private boolean counts(int state, long word) {
    return !options.requireFetch || fetched[state] == word;
  }

  private void run(int[] counting, long word) {
    for (int s : counting) {
      switch (walk.execute(layout.unpack(s), word)) {
        case TreeWalk.Outcome.Completes(var cells) -> {
          kind[s] = COMPLETES;
          after[s] = layout.pack(cells);
          boolean used = cells.halted || !cells.outputs.isEmpty() || !cells.consumed.isEmpty();
          uses[s] = used;
          keeps[s] = !used && ((s ^ after[s]) & (mBits | relocationBits | controlBits)) == 0;
        }
        case TreeWalk.Outcome.Traps(var cause, var _, var _) ->
            kind[s] = cause.kind() == Cause.Kind.MEMORY ? MEMORY_TRAP : TRAPS;
        case TreeWalk.Outcome.Stopped stopped ->
            kind[s] = stopped.isEndless() ? GOES_ON_FOR_EVER : STOPS;
      }
    }
  }

  private Monitored.Runs runs(long word) {
    return new Monitored.Runs() {
      @Override
      public boolean counts(int state) {
        return BruteForce.this.counts(state, word);
      }

      @Override
      public boolean completes(int state) {
        return kind[state] == COMPLETES;
      }

      @Override
      public boolean stops(int state) {
        return kind[state] >= STOPS;
      }

      @Override
      public int after(int state) {
        return after[state];
      }

      @Override
      public boolean uses(int state) {
        return uses[state];
      }
    };
  }

  /// The verdicts on one row, gathered word by word.
  private final class Row {
    private final Map<Property, Verdict.Witness> found = new EnumMap<>(Property.class);
    private Optional<Verdict.Witness> unprivileged = Optional.empty();
    private Optional<Verdict.Witness> goesOnInUser = Optional.empty();
    private Optional<Verdict.Witness> goesOn = Optional.empty();
    private Optional<Verdict.Witness> faulty = Optional.empty();
    private boolean unclear;
    private boolean completesInSupervisor;
    private boolean hasPair;
    private boolean hasUser;
    private boolean hasAny;

    void add(int[] counting, long word) {
      privilege(counting, word);
      control(counting, word);
      behavior(counting, word);
      monitored.ifPresent(m -> gaps(m, counting, word));
    }

    private void gaps(Monitored monitored, int[] counting, long word) {
      Monitored.Runs runs = runs(word);
      for (int s : counting) {
        boolean hybridKnown = found.containsKey(Property.HYBRID_GAP);
        boolean asked =
            level[s] == USER
                ? !hybridKnown
                : level[s] == SUPERVISOR && !found.containsKey(Property.GAP);
        int real = asked ? monitored.gap(s, runs) : -1;
        if (real >= 0) {
          found.putIfAbsent(Property.GAP, pair(word, s, real));
          if (level[s] == USER) {
            found.putIfAbsent(Property.HYBRID_GAP, pair(word, s, real));
          }
        }
      }
    }

    private void privilege(int[] counting, long word) {
      for (int s : counting) {
        unclear |= kind[s] >= STOPS;
        if (level[s] != NO_MODE && kind[s] == STOPS) {
          faulty = faulty.or(() -> one(word, s));
        }
        if (level[s] == NO_MODE || kind[s] == MEMORY_TRAP || kind[s] >= STOPS) {
          continue;
        }
        hasAny = true;
        hasUser |= level[s] == USER;
        if (kind[s] == COMPLETES) {
          goesOn = goesOn.or(() -> one(word, s));
          if (level[s] == USER) {
            goesOnInUser = goesOnInUser.or(() -> one(word, s));
          }
        }
        if (level[s] != SUPERVISOR) {
          continue;
        }
        completesInSupervisor |= kind[s] == COMPLETES;
        int m = 0;
        do {
          int u = s & ~mBits | m;
          if (level[u] == USER && counts(u, word) && kind[u] != MEMORY_TRAP && kind[u] < STOPS) {
            hasPair = true;
            boolean bad =
                options.literal
                    ? kind[u] != TRAPS || kind[s] != COMPLETES
                    : kind[s] == COMPLETES && kind[u] == COMPLETES;
            if (bad) {
              unprivileged = unprivileged.or(() -> Optional.of(pair(word, s, u)));
            }
          }
          m = m - mBits & mBits;
        } while (m != 0);
      }
    }

    private void control(int[] counting, long word) {
      for (int s : counting) {
        if (level[s] != NO_MODE && kind[s] == COMPLETES && !keeps[s]) {
          Verdict.Witness witness = one(word, s).get();
          found.putIfAbsent(Property.CONTROL_SENSITIVE, witness);
          if (level[s] == USER) {
            found.putIfAbsent(Property.USER_SENSITIVE, witness);
          } else {
            found.putIfAbsent(Property.SUPERVISOR_SENSITIVE, witness);
          }
        }
      }
    }

    private void behavior(int[] counting, long word) {
      int[] kept =
          Arrays.stream(counting)
              .filter(s -> kind[s] == COMPLETES && keeps[s] && level[s] != NO_MODE)
              .toArray();
      int storage = all & ~(mBits | pBits | eBits | relocationBits | controlBits | clockBits);
      int anyPlace = all & ~storage & ~relocationBits;
      if (search(Property.BEHAVIOR_SENSITIVE, kept, anyPlace & ~mBits, word)) {
        search(Property.MODE_SENSITIVE, kept, all & ~mBits, word);
        if (search(Property.LOCATION_SENSITIVE, kept, anyPlace, word)) {
          search(Property.USER_SENSITIVE, at(USER, kept), anyPlace, word);
          search(Property.SUPERVISOR_SENSITIVE, at(SUPERVISOR, kept), anyPlace, word);
        }
      }
      if (search(Property.RESOURCE_SENSITIVE, kept, all & ~controlBits, word)) {
        found.putIfAbsent(Property.BEHAVIOR_SENSITIVE, found.get(Property.RESOURCE_SENSITIVE));
        search(Property.USER_SENSITIVE, at(USER, kept), all & ~controlBits, word);
        search(Property.SUPERVISOR_SENSITIVE, at(SUPERVISOR, kept), all & ~controlBits, word);
      }
      search(Property.CLOCK_SENSITIVE, kept, all & ~clockBits, word);
    }

    private int[] at(int wanted, int[] kept) {
      return Arrays.stream(kept).filter(s -> level[s] == wanted).toArray();
    }

    private boolean search(Property property, int[] kept, int equal, long word) {
      if (equal == all) {
        return false;
      }
      Optional<int[]> states = disagreeing(kept, equal);
      states.ifPresent(p -> found.putIfAbsent(property, pair(word, p[0], p[1])));
      return states.isPresent();
    }

    private Optional<Verdict.Witness> one(long word, int state) {
      return Optional.of(new Verdict.Witness(word, state, Optional.empty()));
    }

    private Verdict.Witness pair(long word, int one, int two) {
      return new Verdict.Witness(word, one, Optional.of(two));
    }

    Map<Property, Verdict> properties() {
      Map<Property, Verdict> verdicts = new EnumMap<>(Property.class);
      boolean exists = options.literal ? hasPair : completesInSupervisor;
      verdicts.put(
          Property.PRIVILEGED, new Verdict(exists && unprivileged.isEmpty(), unprivileged));
      verdicts.put(
          Property.TRAPS_IN_USER, new Verdict(hasUser && goesOnInUser.isEmpty(), goesOnInUser));
      verdicts.put(Property.WELL_DEFINED, new Verdict(faulty.isEmpty(), faulty));
      verdicts.put(Property.TRAPS_ALWAYS, new Verdict(hasAny && goesOn.isEmpty(), goesOn));
      for (Property p :
          List.of(
              Property.CONTROL_SENSITIVE,
              Property.BEHAVIOR_SENSITIVE,
              Property.LOCATION_SENSITIVE,
              Property.MODE_SENSITIVE,
              Property.RESOURCE_SENSITIVE,
              Property.CLOCK_SENSITIVE,
              Property.USER_SENSITIVE,
              Property.SUPERVISOR_SENSITIVE)) {
        verdicts.put(p, new Verdict(found.containsKey(p), Optional.ofNullable(found.get(p))));
      }
      if (monitored.isPresent()) {
        for (Property p : List.of(Property.GAP, Property.HYBRID_GAP)) {
          verdicts.put(p, new Verdict(found.containsKey(p), Optional.ofNullable(found.get(p))));
        }
      }
      Verdict control = verdicts.get(Property.CONTROL_SENSITIVE);
      Verdict behavior = verdicts.get(Property.BEHAVIOR_SENSITIVE);
      Verdict sensitive = control.holds() ? control : behavior;
      verdicts.put(Property.SENSITIVE, sensitive);
      verdicts.put(Property.INNOCUOUS, new Verdict(!sensitive.holds(), sensitive.witness()));
      return verdicts;
    }
  }

  /// Two of the states, equal in the bits `equal`, on P and on the window, after which the windows
  /// or P disagree.
  ///
  /// States are grouped by the shapes of their windows before and after; between two groups,
  /// agreement is the equality of a number, so a hash table finds the pairs that agree.
  private Optional<int[]> disagreeing(int[] kept, int equal) {
    Map<Long, List<Integer>> groups = new LinkedHashMap<>();
    for (int s : kept) {
      long group = (long) views.shape(s) << 32 | views.shape(after[s]);
      groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(s);
    }
    List<Map.Entry<Long, List<Integer>>> list = new ArrayList<>(groups.entrySet());
    for (int i = 0; i < list.size(); i++) {
      int[] ones = list.get(i).getValue().stream().mapToInt(s -> s).toArray();
      int before = (int) (list.get(i).getKey() >>> 32);
      int then = list.get(i).getKey().intValue();
      for (int j = i; j < list.size(); j++) {
        OptionalLong sights = views.compared(before, (int) (list.get(j).getKey() >>> 32));
        if (sights.isEmpty()) {
          continue;
        }
        long later = views.comparedAfter(then, list.get(j).getKey().intValue());
        Agreeing agreeing = new Agreeing(ones.length, equal, sights.getAsLong(), later);
        for (int s : ones) {
          Optional<int[]> clash = agreeing.add(s);
          if (clash.isPresent() && i == j) {
            return clash;
          }
        }
        if (i != j) {
          for (int s : list.get(j).getValue()) {
            Optional<int[]> clash = agreeing.against(s);
            if (clash.isPresent()) {
              return clash;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// States by what they must agree on; of each class the first state, and the first one after
  /// which something else is to be seen than after that.
  private final class Agreeing {
    private final int equal;
    private final long sights;
    private final long later;
    private final int shift;
    private final int[] first;
    private final int[] other;
    private final long[] keys;

    Agreeing(int size, int equal, long sights, long later) {
      this.equal = equal | pBits | eBits;
      this.sights = sights;
      this.later = later;
      int log = 33 - Integer.numberOfLeadingZeros(size);
      shift = 64 - log;
      first = new int[1 << log];
      other = new int[1 << log];
      keys = new long[1 << log];
      Arrays.fill(first, -1);
      Arrays.fill(other, -1);
    }

    private long key(int state) {
      return views.contents(state, sights) << 32 | state & equal;
    }

    private int find(long key) {
      int at = (int) (key * 0x9E3779B97F4A7C15L >>> shift);
      while (first[at] >= 0 && keys[at] != key) {
        at = at + 1 & first.length - 1;
      }
      return at;
    }

    private boolean disagree(int one, int two) {
      return ((after[one] ^ after[two]) & (pBits | eBits)) != 0
          || views.contents(after[one], later) != views.contents(after[two], later);
    }

    Optional<int[]> add(int state) {
      long key = key(state);
      int at = find(key);
      if (first[at] < 0) {
        first[at] = state;
        keys[at] = key;
      } else if (other[at] < 0 && disagree(first[at], state)) {
        other[at] = state;
        return Optional.of(new int[] {first[at], state});
      }
      return Optional.empty();
    }

    Optional<int[]> against(int state) {
      int at = find(key(state));
      if (first[at] < 0) {
        return Optional.empty();
      }
      if (disagree(first[at], state)) {
        return Optional.of(new int[] {first[at], state});
      }
      if (other[at] >= 0) {
        return Optional.of(new int[] {other[at], state});
      }
      return Optional.empty();
    }
  }
}
