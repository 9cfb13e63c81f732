package trapline.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import trapline.isa.Field;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.Statement;
import trapline.isa.TrapLine;
import trapline.isa.UnspecifiedFunction;
import trapline.theorem.Precondition;

/// Decides every property of every row of a tiny machine by running it on every state.
///
/// Popek and Goldberg, CACM 17(7), 1974, section 4, as `theory.md` words it. A state counts for a
/// word when the fetch from it brings that word (`requireFetch`), when the run does not trap with
/// kind memory, and when it does not stop for a fault of the description.
///
/// A state has a set of outcomes, [Runs]: one for every choice of values that `any` allows. What
/// exists for one table of an `unspecified fn` exists ([Unspecified]).
///
///     sensitive:          control- or behavior-sensitive, or some outcome is unpredictable
///     control-sensitive:  some outcome completes with another M or R
///     behavior-sensitive: S1, S2 agree, and some outcome of S1 that completes and keeps M and R
///                         looks like none of S2's, of which there are some
///     privileged:         if some outcome of S1 goes on (completes, or is unpredictable), none of S2's does
///     subsumed:           if some user outcome completes, not every supervisor outcome is a trap
///     enters user:        some outcome completes in a user mode, somewhere else than next
///     confined, precise, predictable, well defined:   every outcome is
///     traps alike:        if some user outcome of S1 completes, and S1, S2 differ in where storage lies,
///                         not every outcome of S2 is a trap
///     restartable:        [Restart];  guarded: [Guards]
final class BruteForce {
  /// `literal`: the paper's sentence on *privileged* to the letter. `requireFetch`: only states
  /// from which the instruction would be fetched count.
  record Options(boolean requireFetch, boolean literal) {
    static final Options STANDARD = new Options(true, false);
    static final Options LITERAL = new Options(true, true);
  }

  /// Of the machine: the theorems, each with *privileged* and with *traps in user mode*.
  record Conclusions(
      boolean vmm,
      boolean vmmIfTrapping,
      boolean hvmm,
      boolean hvmmIfTrapping,
      boolean recursive,
      boolean recursiveIfTrapping) {}

  /// `unclear` are the rows with a state from which a run goes on for ever or stops for a fault:
  /// what else is said of them leaves that state out. `settings` are those under which a row has a
  /// gap, of what a monitor may set: the bits `settable`.
  record Answer(
      Layout layout,
      Map<String, Map<Property, Verdict>> rows,
      Set<String> unclear,
      Conclusions conclusions,
      Map<Precondition.Kind, Boolean> preconditions,
      Map<Property, Map<String, Set<Integer>>> settings,
      int settable) {
    boolean holds(String row, Property property) {
      return rows.get(row).get(property).holds();
    }
  }

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

  private final Runs runs;
  private final Looks looks;
  private final int[] fetched;
  private final Optional<Monitored> monitored;
  private final Restart restart;
  private final Guards guards;
  private boolean keptAway;
  private final Set<Instruction> committing = new LinkedHashSet<>();

  static Answer decide(Machine machine, Options options) {
    return decide(machine, options, state -> true);
  }

  /// The same of the states that a hypothesis leaves.
  static Answer decide(Machine machine, Options options, Predicate<Cells> considered) {
    BruteForce all = new BruteForce(machine, options);
    all.findLevels();
    for (int s = 0; s < all.states; s++) {
      if (!considered.test(all.layout.unpack(s))) {
        all.level[s] = NO_MODE;
      }
    }
    return all.decide();
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
    runs = new Runs(layout, walk, pBits | eBits);
    looks = new Looks(views, states, pBits | eBits);
    monitored = machine.monitor().map(m -> new Monitored(layout, m));
    fetched = new int[states];
    restart = new Restart(layout, walk, relocationBits | controlBits);
    guards = new Guards(layout);
    Stream.concat(machine.instructions().stream(), Stream.of(machine.reserved()))
        .filter(i -> commits(i.body()))
        .forEach(committing::add);
  }

  private static boolean commits(Statement.Block block) {
    return block.statements().stream()
        .anyMatch(s ->
            s instanceof Statement.Commit
                || s instanceof Statement.Call(var _, var function, var _)
                    && commits(function.body())
                || s.blocks().stream().anyMatch(BruteForce::commits));
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
    keptAway = guards.canKeepAway(s -> level[s] == USER);
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
    for (Map<UnspecifiedFunction, long[]> chosen : Unspecified.choices(layout)) {
      walk.assume(chosen);
      for (int word = 0; word < words; word++) {
        add(verdicts, counting[options.requireFetch ? word : 0], word);
      }
    }
    verdicts.forEach((row, verdict) -> rows.put(row.name(), verdict.properties()));
    Set<String> unclear = new LinkedHashSet<>();
    verdicts.forEach((row, verdict) -> {
      if (verdict.unclear) {
        unclear.add(row.name());
      }
    });
    Map<Property, Map<String, Set<Integer>>> settings = new EnumMap<>(Property.class);
    verdicts.forEach((row, verdict) ->
        verdict.settings.forEach((property, values) ->
            settings
                .computeIfAbsent(property, _ -> new LinkedHashMap<>())
                .put(row.name(), values)));
    return new Answer(
        layout,
        rows,
        unclear,
        conclude(rows),
        preconditions(rows, verdicts.values()),
        settings,
        monitored.map(Monitored::settings).orElse(0));
  }

  private void add(Map<Instruction.Row, Row> verdicts, int[] counting, int word) {
    if (!walk.isFetchable(word)) {
      return;
    }
    Instruction instruction = walk.decode(word);
    List<Row> rows =
        instruction.rows().stream()
            .filter(r -> walk.inRow(r, instruction, word))
            .map(verdicts::get)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    boolean handsOver = runs.run(counting, word, false);
    rows.forEach(r -> r.preconditions(counting, word, committing.contains(instruction)));
    if (handsOver) {
      runs.run(counting, word, true);
    }
    rows.forEach(r -> r.add(counting, word));
  }

  private static Conclusions conclude(Map<String, Map<Property, Verdict>> rows) {
    boolean[] holds = {true, true, true, true, true, true};
    for (var of : rows.values()) {
      boolean privileged = of.get(Property.PRIVILEGED).holds();
      boolean trapping = privileged || of.get(Property.TRAPS_IN_USER).holds();
      boolean sensitive = of.get(Property.SENSITIVE).holds();
      boolean userSensitive = of.get(Property.USER_SENSITIVE).holds();
      holds[0] &= !sensitive || privileged;
      holds[1] &= !sensitive || trapping;
      holds[2] &= !userSensitive || privileged;
      holds[3] &= !userSensitive || trapping;
      boolean dependent = sensitive || of.get(Property.CLOCK_SENSITIVE).holds();
      holds[4] &= !dependent || privileged;
      holds[5] &= !dependent || trapping;
    }
    return new Conclusions(holds[0], holds[1], holds[2], holds[3], holds[4], holds[5]);
  }

  private Map<Precondition.Kind, Boolean> preconditions(
      Map<String, Map<Property, Verdict>> rows, Collection<Row> verdicts) {
    Map<Precondition.Kind, Boolean> found = new EnumMap<>(Precondition.Kind.class);
    Predicate<Property> all = p -> rows.values().stream().allMatch(r -> r.get(p).holds());
    found.put(
        Precondition.Kind.MODES, !machine.userModes().isEmpty() && all.test(Property.SUBSUMED));
    found.put(
        Precondition.Kind.RELOCATION,
        relocationBits != 0
            && machine.memories().stream()
                .filter(m -> m.role() == Role.E)
                .allMatch(m -> machine.spaces().stream().anyMatch(s -> s.memory() == m)));
    found.put(
        Precondition.Kind.CONFINEMENT,
        all.test(Property.CONFINED)
            && all.test(Property.GUARDED)
            && verdicts.stream().noneMatch(v -> v.changesInUser));
    found.put(
        Precondition.Kind.PRECISE_TRAPS,
        !losesSomething()
            && rows.values().stream()
                .allMatch(
                    r -> r.get(Property.PRECISE).holds() || r.get(Property.RESTARTABLE).holds()));
    found.put(Precondition.Kind.TRAP_CONDITIONS, all.test(Property.TRAPS_ALIKE));
    found.put(
        Precondition.Kind.WAY_BACK,
        rows.values().stream().anyMatch(r -> r.get(Property.ENTERS_USER).holds()));
    found.put(
        Precondition.Kind.TOTAL_DECODE,
        machine.reserved().rows().stream()
            .allMatch(r -> rows.get(r.name()).get(Property.PREDICTABLE).holds()));
    return found;
  }

  /// Whether after some trap nothing depends on what a field of role M, E or P was.
  private boolean losesSomething() {
    for (TrapLine line : machine.traps()) {
      int[] after = new int[states];
      for (int s = 0; s < states; s++) {
        after[s] = walk.enter(layout.unpack(s), line).map(layout::pack).orElse(-1);
      }
      for (var register : machine.registers()) {
        for (Field field : register.fields()) {
          int bits = layout.bitsOf(register, Layout.mask(field.width()) << field.low());
          boolean kept = bits == 0 || field.hasRole(Role.R) || field.hasRole(Role.CLOCK);
          for (int s = 0; s < states && !kept; s++) {
            kept = after[s] != after[s & ~bits];
          }
          if (!kept) {
            return true;
          }
        }
      }
    }
    return false;
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
    int reads =
        Reads.of(layout, machine.fetch().read()) | Reads.of(layout, machine.fetch().advance());
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

  /// All bits but those that say where storage lies, and storage.
  private int anyPlace() {
    return mBits | pBits | eBits | controlBits | clockBits;
  }

  private boolean keeps(int state, int outcome) {
    return !runs.uses(outcome)
        && ((state ^ runs.after(outcome)) & (mBits | relocationBits | controlBits)) == 0;
  }

  /// The verdicts on one row, gathered word by word.
  private final class Row {
    private final Map<Property, Verdict.Witness> found = new EnumMap<>(Property.class);
    private Optional<Verdict.Witness> unprivileged = Optional.empty();
    private Optional<Verdict.Witness> goesOnInUser = Optional.empty();
    private Optional<Verdict.Witness> goesOn = Optional.empty();
    private Optional<Verdict.Witness> faulty = Optional.empty();
    private Optional<Verdict.Witness> unsubsumed = Optional.empty();
    private Optional<Verdict.Witness> unconfined = Optional.empty();
    private Optional<Verdict.Witness> imprecise = Optional.empty();
    private Optional<Verdict.Witness> unpredictable = Optional.empty();
    private Optional<Verdict.Witness> unrestartable = Optional.empty();
    private Optional<Verdict.Witness> unguarded = Optional.empty();
    private Optional<Verdict.Witness> unlike = Optional.empty();
    private final Map<Property, Set<Integer>> settings = new EnumMap<>(Property.class);
    private boolean changesInUser;
    private boolean unclear;
    private boolean completesInSupervisor;
    private boolean hasPair;
    private boolean trapsInUser;
    private boolean traps;

    void add(int[] counting, long word) {
      privilege(counting, word);
      control(counting, word);
      behavior(counting, word);
      monitored.ifPresent(m -> gaps(m, counting, word));
    }

    /// What it does itself, before it hands over to another.
    void preconditions(int[] counting, long word, boolean commits) {
      alike(counting, word);
      for (int s : counting) {
        if (level[s] == NO_MODE) {
          continue;
        }
        for (int o = runs.from(s); o < runs.to(s); o++) {
          switch (runs.kind(o)) {
            case Runs.COMPLETES -> completed(s, o, word);
            case Runs.MEMORY_TRAP, Runs.TRAPS -> {
              if (runs.halfway(o)) {
                imprecise = imprecise.or(() -> one(word, s));
              }
              if (commits
                  && unrestartable.isEmpty()
                  && restart.goesWrong(s, word, r -> counts(r, word))) {
                unrestartable = one(word, s);
              }
            }
            case Runs.UNPREDICTABLE -> unpredictable = unpredictable.or(() -> one(word, s));
            case Runs.FAULT -> faulty = faulty.or(() -> one(word, s));
            default -> {}
          }
        }
      }
    }

    private void completed(int s, int outcome, long word) {
      if (level[s] == SUPERVISOR) {
        int next = layout.pack(walk.advanced(layout.unpack(s), word));
        if (level[runs.after(outcome)] == USER && ((next ^ runs.after(outcome)) & pBits) != 0) {
          found.putIfAbsent(Property.ENTERS_USER, one(word, s).get());
        }
        return;
      }
      if (runs.touches(outcome)) {
        unconfined = unconfined.or(() -> one(word, s));
      }
      if (unguarded.isEmpty()
          && (runs.stores(outcome) || !keptAway)
          && guards.misleads(s, runs.after(outcome))) {
        unguarded = one(word, s);
      }
      forEachMode(
          s,
          other -> {
            if (level[other] == SUPERVISOR && counts(other, word) && runs.onlyTraps(other)) {
              unsubsumed = unsubsumed.or(() -> Optional.of(pair(word, s, other)));
            }
          });
    }

    /// A user state that completes, and one that only traps, which differ in where storage lies.
    private void alike(int[] counting, long word) {
      int equal = anyPlace() | pBits | eBits;
      Map<Integer, List<Integer>> completing = new LinkedHashMap<>();
      Map<Integer, List<Integer>> trapping = new LinkedHashMap<>();
      for (int s : counting) {
        if (level[s] == USER && runs.has(s, Runs.COMPLETES)) {
          completing.computeIfAbsent(views.shape(s), _ -> new ArrayList<>()).add(s);
        } else if (level[s] == USER && runs.onlyTraps(s)) {
          trapping.computeIfAbsent(views.shape(s), _ -> new ArrayList<>()).add(s);
        }
      }
      for (var ones : completing.entrySet()) {
        for (var others : trapping.entrySet()) {
          OptionalLong sights = views.compared(ones.getKey(), others.getKey());
          if (unlike.isPresent() || sights.isEmpty()) {
            continue;
          }
          Map<Long, Integer> known = new HashMap<>();
          for (int s : ones.getValue()) {
            known.put(views.contents(s, sights.getAsLong()) << 32 | s & equal, s);
          }
          for (int s : others.getValue()) {
            Integer one = known.get(views.contents(s, sights.getAsLong()) << 32 | s & equal);
            if (one != null) {
              unlike = Optional.of(pair(word, one, s));
              break;
            }
          }
        }
      }
    }

    /// The states that differ from this one in nothing but M.
    private void forEachMode(int state, IntConsumer each) {
      int m = 0;
      do {
        each.accept(state & ~mBits | m);
        m = m - mBits & mBits;
      } while (m != 0);
    }

    /// Under which settings of what the monitor may set there are gaps.
    private void settings(Monitored monitored, int[] counting, long word) {
      for (int s : counting) {
        if (level[s] != NO_MODE) {
          Set<Integer> known =
              settings.computeIfAbsent(
                  level[s] == USER ? Property.HYBRID_GAP : Property.GAP, _ -> new TreeSet<>());
          monitored.gaps(s, runs, r -> counts(r, word), known);
        }
      }
      settings
          .computeIfAbsent(Property.GAP, _ -> new TreeSet<>())
          .addAll(settings.computeIfAbsent(Property.HYBRID_GAP, _ -> new TreeSet<>()));
    }

    private void gaps(Monitored monitored, int[] counting, long word) {
      if (monitored.settings() != 0) {
        settings(monitored, counting, word);
      }
      for (int s : counting) {
        boolean hybridKnown = found.containsKey(Property.HYBRID_GAP);
        boolean asked =
            level[s] == USER
                ? !hybridKnown
                : level[s] == SUPERVISOR && !found.containsKey(Property.GAP);
        int real = asked ? monitored.gap(s, runs, r -> counts(r, word)) : -1;
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
        unclear |= runs.stops(s);
        if (level[s] == NO_MODE) {
          continue;
        }
        if (runs.has(s, Runs.TRAPS)) {
          traps = true;
          trapsInUser |= level[s] == USER;
        }
        if (runs.goesOn(s)) {
          goesOn = goesOn.or(() -> one(word, s));
          if (level[s] == USER) {
            goesOnInUser = goesOnInUser.or(() -> one(word, s));
          }
        }
        if (level[s] == SUPERVISOR) {
          completesInSupervisor |= runs.has(s, Runs.COMPLETES);
          forEachMode(
              s,
              u -> {
                if (level[u] == USER && counts(u, word)) {
                  privilege(s, u, word);
                }
              });
        }
      }
    }

    private void privilege(int s, int u, long word) {
      boolean bad = runs.goesOn(s) && runs.goesOn(u);
      if (options.literal) {
        boolean judged = hasJudged(s) && hasJudged(u);
        hasPair |= judged;
        bad = judged && (runs.has(s, Runs.TRAPS) || runs.goesOn(u));
      }
      if (bad) {
        unprivileged = unprivileged.or(() -> Optional.of(pair(word, s, u)));
      }
    }

    private boolean hasJudged(int state) {
      return runs.goesOn(state) || runs.has(state, Runs.TRAPS);
    }

    private void control(int[] counting, long word) {
      for (int s : counting) {
        for (int o = runs.from(s); o < runs.to(s) && level[s] != NO_MODE; o++) {
          boolean changes = runs.kind(o) == Runs.COMPLETES && !keeps(s, o);
          if (changes) {
            changesInUser |= level[s] == USER;
            found.putIfAbsent(Property.CONTROL_SENSITIVE, one(word, s).get());
          }
          if (changes || runs.kind(o) == Runs.UNPREDICTABLE) {
            found.putIfAbsent(Property.SENSITIVE, one(word, s).get());
            found.putIfAbsent(
                level[s] == USER ? Property.USER_SENSITIVE : Property.SUPERVISOR_SENSITIVE,
                one(word, s).get());
          }
        }
      }
    }

    private void behavior(int[] counting, long word) {
      int[] kept = new int[counting.length];
      int found = 0;
      boolean single = true;
      for (int s : counting) {
        int[] endings = level[s] == NO_MODE ? new int[0] : endings(s);
        if (endings.length > 0) {
          looks.put(s, endings);
          single &= endings.length == 1;
          kept[found++] = s;
        }
      }
      behavior(Arrays.copyOf(kept, found), single, word);
    }

    /// The different states in which a run from `state` completes with M and R kept.
    private int[] endings(int state) {
      int[] all = new int[runs.to(state) - runs.from(state)];
      int count = 0;
      for (int o = runs.from(state); o < runs.to(state); o++) {
        if (runs.kind(o) == Runs.COMPLETES && keeps(state, o)) {
          all[count++] = runs.after(o);
        }
      }
      return count < 2
          ? Arrays.copyOf(all, count)
          : Arrays.stream(all, 0, count).sorted().distinct().toArray();
    }

    private void behavior(int[] kept, boolean single, long word) {
      int anyPlace = anyPlace();
      if (search(Property.BEHAVIOR_SENSITIVE, kept, single, anyPlace & ~mBits, word)) {
        search(Property.MODE_SENSITIVE, kept, single, all & ~mBits, word);
        if (search(Property.LOCATION_SENSITIVE, kept, single, anyPlace, word)) {
          search(Property.USER_SENSITIVE, at(USER, kept), single, anyPlace, word);
          search(Property.SUPERVISOR_SENSITIVE, at(SUPERVISOR, kept), single, anyPlace, word);
        }
      }
      int noResource = all & ~controlBits;
      if (search(Property.RESOURCE_SENSITIVE, kept, single, noResource, word)) {
        found.putIfAbsent(Property.BEHAVIOR_SENSITIVE, found.get(Property.RESOURCE_SENSITIVE));
        search(Property.USER_SENSITIVE, at(USER, kept), single, noResource, word);
        search(Property.SUPERVISOR_SENSITIVE, at(SUPERVISOR, kept), single, noResource, word);
      }
      search(Property.CLOCK_SENSITIVE, kept, single, all & ~clockBits, word);
    }

    private int[] at(int wanted, int[] kept) {
      return Arrays.stream(kept).filter(s -> level[s] == wanted).toArray();
    }

    private boolean search(Property property, int[] kept, boolean single, int equal, long word) {
      if (equal == all) {
        return false;
      }
      Optional<int[]> states =
          single ? disagreeing(kept, equal) : looks.disagreeing(kept, equal | pBits | eBits);
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
          Property.TRAPS_IN_USER, new Verdict(trapsInUser && goesOnInUser.isEmpty(), goesOnInUser));
      verdicts.put(Property.WELL_DEFINED, new Verdict(faulty.isEmpty(), faulty));
      verdicts.put(Property.TRAPS_ALWAYS, new Verdict(traps && goesOn.isEmpty(), goesOn));
      verdicts.put(Property.SUBSUMED, new Verdict(unsubsumed.isEmpty(), unsubsumed));
      verdicts.put(Property.CONFINED, new Verdict(unconfined.isEmpty(), unconfined));
      verdicts.put(Property.GUARDED, new Verdict(unguarded.isEmpty(), unguarded));
      verdicts.put(Property.TRAPS_ALIKE, new Verdict(unlike.isEmpty(), unlike));
      verdicts.put(Property.RESTARTABLE, new Verdict(unrestartable.isEmpty(), unrestartable));
      verdicts.put(Property.PRECISE, new Verdict(imprecise.isEmpty(), imprecise));
      verdicts.put(Property.PREDICTABLE, new Verdict(unpredictable.isEmpty(), unpredictable));
      for (Property p :
          List.of(
              Property.CONTROL_SENSITIVE,
              Property.BEHAVIOR_SENSITIVE,
              Property.LOCATION_SENSITIVE,
              Property.MODE_SENSITIVE,
              Property.RESOURCE_SENSITIVE,
              Property.CLOCK_SENSITIVE,
              Property.USER_SENSITIVE,
              Property.SUPERVISOR_SENSITIVE,
              Property.ENTERS_USER)) {
        verdicts.put(p, new Verdict(found.containsKey(p), Optional.ofNullable(found.get(p))));
      }
      if (monitored.isPresent()) {
        for (Property p : List.of(Property.GAP, Property.HYBRID_GAP)) {
          verdicts.put(p, new Verdict(found.containsKey(p), Optional.ofNullable(found.get(p))));
        }
      }
      if (found.containsKey(Property.BEHAVIOR_SENSITIVE)) {
        found.putIfAbsent(Property.SENSITIVE, found.get(Property.BEHAVIOR_SENSITIVE));
      }
      Verdict sensitive =
          new Verdict(
              found.containsKey(Property.SENSITIVE),
              Optional.ofNullable(found.get(Property.SENSITIVE)));
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
      long group = (long) views.shape(s) << 32 | views.shape(looks.only(s));
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
      int a = looks.only(one);
      int b = looks.only(two);
      return ((a ^ b) & (pBits | eBits)) != 0
          || views.contents(a, later) != views.contents(b, later);
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
