package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import trapline.isa.Cause;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.TrapLine;
import trapline.smt.Term;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// What the theorems assume of a third-generation machine, as far as it can be said of one instruction.
///
///     subsumed:      i<e,u,p,r> completes  =>  i<e,s,p,r> completes or memory-traps
///     confined:      i<e,u,p,r> completes  =>  it reached storage through translation only
///     guarded:       i<e,u,p,r> completes  =>  the next trap loads the M, P and R that it would have loaded,
///                                              and addresses lead where they led
///     traps alike:   i<e,u,p,r> completes  =>  i<e,u,p,r+x> completes or memory-traps, by some outcome
///     precise:       i traps               =>  window, registers and P are as before
///     restartable:   i<e,m,p,r> traps, leaving <e',m,p',r>  =>  i<e',m,p',r'> = i<e,m,p,r'>, where both complete
///     predictable:   the architecture says what happens
///     enters user:   for some e, p, r: i<e,s,p,r> completes in user mode, somewhere else than next
///     well defined:  no element or cell is named that does not exist    (a fault of the description)
///
/// Source: pp. 414 f., where the machine is described; well-definedness is ours.
final class Preconditions {
  static final List<Property> PROPERTIES =
      List.of(
          Property.SUBSUMED,
          Property.CONFINED,
          Property.GUARDED,
          Property.TRAPS_ALIKE,
          Property.PRECISE,
          Property.RESTARTABLE,
          Property.ENTERS_USER,
          Property.WELL_DEFINED);

  private Preconditions() {}

  static Finding decide(Inquiry inquiry, Property property) {
    List<Mode> user = inquiry.machine.userModes();
    List<Mode> supervisor = inquiry.machine.supervisorModes();
    List<Mode> both = Stream.concat(supervisor.stream(), user.stream()).toList();
    var terms = inquiry.terms;
    return switch (property) {
      case SUBSUMED ->
          inquiry
              .exists(
                  new Question(
                      property,
                      true,
                      user,
                      new Question.Relation.Pair(Set.of(Dimension.MODE), supervisor, false),
                      true,
                      runs ->
                          terms.and(
                              runs.getFirst().completes(), runs.getLast().trapsOtherwise(terms)),
                      Optional.of(
                          new Question.Against(1, runs -> runs.getLast().trapsOtherwise(terms)))))
              .finding()
              .negate();
      case CONFINED ->
          never(
              inquiry,
              property,
              user,
              new Question.Relation.Alone(),
              runs -> terms.and(runs.getFirst().completes(), runs.getFirst().touches()));
      case GUARDED -> guarded(inquiry, user);
      case TRAPS_ALIKE -> trapsAlike(inquiry, user);
      case PRECISE ->
          never(
              inquiry,
              property,
              both,
              new Question.Relation.Alone(),
              runs -> trapsHalfway(inquiry, runs.getFirst()));
      case RESTARTABLE -> restartable(inquiry, both);
      case WELL_DEFINED ->
          never(
              inquiry,
              property,
              both,
              new Question.Relation.Alone(),
              runs -> runs.getFirst().faults());
      default -> entersUser(inquiry, supervisor, user);
    };
  }

  /// Whether in these modes the architecture makes no promise for some state.
  static Finding unpredictable(Inquiry inquiry, List<Mode> modes) {
    return never(
            inquiry,
            Property.PREDICTABLE,
            modes,
            new Question.Relation.Alone(),
            runs -> runs.getFirst().unpredictable())
        .negate();
  }

  private static Finding never(
      Inquiry inquiry,
      Property property,
      List<Mode> modes,
      Question.Relation relation,
      java.util.function.Function<List<Effects>, Term> condition) {
    return inquiry
        .exists(new Question(property, true, modes, relation, true, condition))
        .finding()
        .negate();
  }

  /// Where users can be kept away from what the machine reads, only a store by physical address
  /// gets there.
  private static Finding guarded(Inquiry inquiry, List<Mode> user) {
    Effects effects = inquiry.effects(Executor.Storage.PHYSICAL, Executor.Loops.ABSTRACTED);
    boolean stores = effects.written().stream().anyMatch(s -> s instanceof Slot.OfMemory);
    boolean avoidable =
        inquiry.reach instanceof Vectors.Reach.Avoidable && !effects.writesPhysically();
    if ((avoidable || !stores) && effects.unresolved().isFalse()) {
      inquiry.answeredByStructure();
      return Finding.holds();
    }
    if (inquiry.reach instanceof Vectors.Reach.Unclear(var why)) {
      return new Finding.Undecided(why);
    }
    return never(
        inquiry,
        Property.GUARDED,
        user,
        new Question.Relation.Alone(),
        runs -> {
          Term misleads = misleads(inquiry, runs.getFirst());
          return inquiry.reach instanceof Vectors.Reach.Avoidable
              ? inquiry.terms.and(runs.getFirst().storesPhysically(), misleads)
              : misleads;
        });
  }

  /// The next trap, of some cause, loads another M, P or R than if nothing had been stored; or some
  /// address leads elsewhere.
  private static Term misleads(Inquiry inquiry, Effects run) {
    var terms = inquiry.terms;
    SymbolicState stored = run.after();
    SymbolicState unstored = stored.with(run.before(), s -> s instanceof Slot.OfMemory);
    List<Term> differs = new ArrayList<>();
    for (TrapLine line : inquiry.machine.traps()) {
      SymbolicState one = Executor.enter(terms, line, stored);
      SymbolicState other = Executor.enter(terms, line, unstored);
      forEach(
          inquiry,
          (i, slot) -> {
            if (Vectors.decides(slot)) {
              differs.add(terms.not(Resources.same(terms, one.get(i), other.get(i))));
            }
          });
    }
    for (Windows.Instance a : inquiry.windows.everywhere("led address")) {
      Translation one = a.in(stored, terms);
      Translation other = a.in(unstored, terms);
      differs.add(terms.distinct(one.translates(), other.translates()));
      differs.add(terms.and(one.translates(), terms.distinct(one.index(), other.index())));
    }
    return terms.and(run.completes(), terms.or(differs));
  }

  private static Finding restartable(Inquiry inquiry, List<Mode> both) {
    Effects effects = inquiry.effects(Executor.Storage.PHYSICAL, Executor.Loops.ABSTRACTED);
    if (inquiry.halfway(effects).isEmpty() && effects.unresolved().isFalse()) {
      inquiry.answeredByStructure();
      return Finding.holds();
    }
    var terms = inquiry.terms;
    return inquiry
        .exists(
            new Question(
                Property.RESTARTABLE,
                true,
                both,
                new Question.Relation.Again(),
                true,
                runs -> terms.and(runs.get(1).completes(), endsElsewhere(inquiry, runs)),
                Optional.of(new Question.Against(1, runs -> endsElsewhere(inquiry, runs)))))
        .finding()
        .negate();
  }

  /// The first run traps, and starting it again completes, otherwise than the whole run does.
  private static Term endsElsewhere(Inquiry inquiry, List<Effects> runs) {
    var terms = inquiry.terms;
    List<Effects.Exit> exits = inquiry.halfway(runs.get(0));
    Effects whole = runs.get(1);
    List<Term> all = new ArrayList<>();
    for (int k = 0; k < exits.size(); k++) {
      Effects again = runs.get(2 + k);
      List<Term> same = new ArrayList<>(List.of(whole.completes()));
      forEach(
          inquiry,
          (i, slot) -> {
            if (isSeen(inquiry, slot) || inquiry.layout.isControl(slot) || isOutput(slot)) {
              same.add(Resources.same(terms, whole.after().get(i), again.after().get(i)));
            }
          });
      all.add(
          terms.and(
              List.of(exits.get(k).condition(), again.completes(), terms.not(terms.and(same)))));
    }
    return terms.or(all);
  }

  /// What has been written to a device.
  private static boolean isOutput(Slot slot) {
    return slot instanceof Slot.OfStream(var port) && !port.isInput();
  }

  /// What a program has: registers, P, and all storage.
  private static boolean isSeen(Inquiry inquiry, Slot slot) {
    return inquiry.layout.isVisible(slot) || slot.isStorage();
  }

  private static Finding trapsAlike(Inquiry inquiry, List<Mode> user) {
    Effects effects = inquiry.effects(Executor.Storage.WINDOW, Executor.Loops.ABSTRACTED);
    List<Term> routes =
        effects.traps().stream()
            .filter(e -> e.cause().kind() != Cause.Kind.MEMORY)
            .map(Effects.Exit::route)
            .toList();
    boolean plain =
        routes.isEmpty()
            || (!BehaviorSensitive.mentions(inquiry, effects, routes, BehaviorSensitive.LOCATION)
                && !BehaviorSensitive.maySee(inquiry, BehaviorSensitive.LOCATION, user));
    if (plain && effects.unresolved().isFalse()) {
      inquiry.answeredByStructure();
      return Finding.holds();
    }
    var terms = inquiry.terms;
    return inquiry
        .exists(
            new Question(
                Property.TRAPS_ALIKE,
                true,
                user,
                new Question.Relation.Pair(BehaviorSensitive.LOCATION, user, true),
                true,
                runs ->
                    terms.and(runs.getFirst().completes(), runs.getLast().trapsOtherwise(terms)),
                Optional.of(new Question.Against(1, runs -> runs.getLast().trapsOtherwise(terms)))))
        .finding()
        .negate();
  }

  private static Finding entersUser(Inquiry inquiry, List<Mode> supervisor, List<Mode> user) {
    Effects effects = inquiry.effects(Executor.Storage.PHYSICAL, Executor.Loops.ABSTRACTED);
    if (keepsMode(inquiry, effects)) {
      inquiry.answeredByStructure();
      return Finding.fails(Finding.Grounds.STRUCTURE);
    }
    var terms = inquiry.terms;
    return inquiry
        .exists(
            new Question(
                Property.ENTERS_USER,
                false,
                supervisor,
                new Question.Relation.Alone(),
                true,
                runs -> {
                  Effects run = runs.getFirst();
                  Term entered = Executor.isIn(terms, user, run.after());
                  return terms.and(List.of(run.completes(), entered, jumps(inquiry, run)));
                }))
        .finding();
  }

  private static boolean keepsMode(Inquiry inquiry, Effects run) {
    List<Slot> slots = inquiry.layout.slots();
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i) instanceof Slot.OfField(var register, var field)
          && field.hasRole(Role.M)
          && run.before().get(i) != run.after().get(i)) {
        return false;
      }
    }
    return run.unresolved().isFalse();
  }

  /// Whether P ends elsewhere than at the next instruction.
  private static Term jumps(Inquiry inquiry, Effects run) {
    var terms = inquiry.terms;
    SymbolicState next = inquiry.advanced(run.before());
    List<Term> differs = new ArrayList<>();
    forEach(
        inquiry,
        (i, slot) -> {
          if (slot instanceof Slot.OfField(var register, var field) && field.hasRole(Role.P)) {
            differs.add(terms.not(Resources.same(terms, next.get(i), run.after().get(i))));
          }
        });
    return terms.or(differs);
  }

  private static Term trapsHalfway(Inquiry inquiry, Effects run) {
    var terms = inquiry.terms;
    List<Term> all = new ArrayList<>();
    for (Effects.Exit exit : run.traps()) {
      if (exit.cause().kind() == Cause.Kind.INTERRUPT) {
        continue;
      }
      List<Term> differs = new ArrayList<>();
      forEach(
          inquiry,
          (i, slot) -> {
            if (isSeen(inquiry, slot)) {
              differs.add(
                  terms.not(Resources.same(terms, run.before().get(i), exit.undone().get(i))));
            }
          });
      all.add(terms.and(exit.condition(), terms.or(differs)));
    }
    return terms.or(all);
  }

  private interface Visitor {
    void visit(int index, Slot slot);
  }

  private static void forEach(Inquiry inquiry, Visitor visitor) {
    Layout layout = inquiry.layout;
    for (int i = 0; i < layout.slots().size(); i++) {
      visitor.visit(i, layout.slots().get(i));
    }
  }
}
