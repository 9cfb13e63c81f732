package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import trapline.isa.Instruction;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.isa.Statement;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;

/// Answers for an instruction that goes on as another (PDP-10 XCT, System/360 EX).
///
/// Before, it finds the other's word, and may write the window (a PDP-10 UUO stores itself in 40),
/// by means that both states of a comparison share. So afterwards they still agree on the window,
/// and it can do what the other can and nothing else: something exists for it exactly when it
/// exists for some row that it may execute. A yes is shown by a witness of its own. Chains of
/// executing instructions add nothing where each only finds another word; else nothing is derived.
final class Executing implements Classifier.Basics {
  private final Context context;
  private final Instruction instruction;
  private final Instruction.Row row;
  private final List<Classes> others;
  private final Solver solver;
  private final Solver checker;
  private int byStructure;
  private int bySolver;

  Executing(
      Context context,
      Instruction instruction,
      Instruction.Row row,
      List<Classes> others,
      Solver solver,
      Solver checker) {
    this.context = context;
    this.instruction = instruction;
    this.row = row;
    this.others = others;
    this.solver = solver;
    this.checker = checker;
  }

  /// Whether a body goes on as another instruction.
  static boolean executes(Statement.Block block) {
    return block.statements().stream()
        .anyMatch(s ->
            s instanceof Statement.Execute || s.blocks().stream().anyMatch(Executing::executes));
  }

  @Override
  public Finding privileged(boolean wantsWitness) {
    return always(
        Property.PRIVILEGED, i -> Privileged.decide(i, context.definitions(), wantsWitness));
  }

  @Override
  public Finding traps(Property property, List<Mode> modes, boolean wantsWitness) {
    return always(property, i -> Trapping.decide(i, property, modes, wantsWitness));
  }

  @Override
  public Finding control(List<Mode> modes) {
    return some(Property.CONTROL_SENSITIVE, modes, i -> ControlSensitive.decide(i, modes));
  }

  @Override
  public Finding behavior(Property property, Set<Dimension> free, List<Mode> modes) {
    return some(property, modes, i -> BehaviorSensitive.decide(i, property, free, modes));
  }

  @Override
  public Finding gap(Property property, List<Mode> modes) {
    return some(property, modes, i -> Gap.decide(i, property, modes));
  }

  @Override
  public Finding trapsDirectly(Property property, List<Mode> modes) {
    return new Finding.Undecided("it depends on the word that it executes");
  }

  @Override
  public boolean gapFollowsFromClasses() {
    return false;
  }

  @Override
  public Finding looseGap(Property property, List<Mode> modes) {
    return some(property, modes, i -> Gap.loosely(i, property, modes));
  }

  /// Only what it does itself: the others answer for themselves.
  @Override
  public Finding precondition(Property property) {
    return Preconditions.decide(own(), property);
  }

  @Override
  public Finding unpredictable(List<Mode> modes) {
    return some(Property.PREDICTABLE, modes, i -> Preconditions.unpredictable(i, modes));
  }

  /// The others answer for themselves.
  @Override
  public Finding predictable(Finding altogether) {
    return Preconditions.unpredictable(own(), Classifier.all(context.machine())).negate();
  }

  /// The word that it executes decides, and that is not in its encoding.
  @Override
  public Map<Property, Region> regions(Map<Property, Finding> findings) {
    return Map.of();
  }

  @Override
  public Map<Property, Region> settings(Map<Property, Finding> findings) {
    return Map.of();
  }

  @Override
  public int byStructure() {
    return byStructure;
  }

  @Override
  public int bySolver() {
    return bySolver;
  }

  /// A new inquiry into this row, which follows it to where it hands over.
  private Inquiry own() {
    return new Inquiry(context, instruction, row, solver, checker);
  }

  private Finding some(Property property, List<Mode> modes, Function<Inquiry, Finding> ask) {
    Finding own = ask.apply(own());
    if (!own.isFails()) {
      return own;
    }
    List<Classes> candidates =
        others.stream().filter(o -> !known(o, property, modes).isFails()).toList();
    for (Classes other : candidates) {
      Finding finding = through(other, ask);
      if (finding.isHolds()) {
        return finding;
      }
    }
    if (!candidates.isEmpty()) {
      return new Finding.Undecided(
          "it may execute '" + candidates.getFirst().row().name() + "', but no state was found");
    }
    return derived();
  }

  /// What is known of another row from these modes; of being predictable, the opposite.
  private Finding known(Classes other, Property property, List<Mode> modes) {
    return switch (property) {
      case PREDICTABLE ->
          other.userWays(
              modes.equals(context.machine().userModes())
                  ? Property.USER_SENSITIVE
                  : Property.SUPERVISOR_SENSITIVE,
              property);
      case CONTROL_SENSITIVE, LOCATION_SENSITIVE, RESOURCE_SENSITIVE ->
          modes.equals(context.machine().userModes())
              ? other.userWays(Property.USER_SENSITIVE, property)
              : modes.equals(context.machine().supervisorModes())
                  ? other.userWays(Property.SUPERVISOR_SENSITIVE, property)
                  : other.finding(property);
      default -> other.finding(property);
    };
  }

  /// No row that may be executed is an exception, and for one of them there is such a state.
  private Finding always(Property property, Function<Inquiry, Finding> ask) {
    List<Classes> exceptions =
        others.stream()
            .filter(o -> isCountered(o, property) || o.finding(property).isUndecided())
            .toList();
    for (Classes other : exceptions) {
      if (isCountered(other, property)) {
        Finding finding = through(other, ask);
        if (finding.isCountered()) {
          return finding;
        }
      }
    }
    if (!exceptions.isEmpty()) {
      return new Finding.Undecided(
          "it may execute '" + exceptions.getFirst().row().name() + "', but no state was found");
    }
    if (derived().isUndecided()) {
      return derived();
    }
    if (ask.apply(own()).isHolds()) {
      return Finding.holds();
    }
    for (Classes other : others) {
      if (other.finding(property).isHolds() && through(other, ask).isHolds()) {
        return Finding.holds();
      }
    }
    return Finding.fails(Finding.Grounds.DERIVED);
  }

  /// Whether some state shows that the row lacks it; what shows that it does not trap in user mode
  /// shows also that it does not always trap.
  private static boolean isCountered(Classes row, Property property) {
    return row.finding(property).isCountered()
        || (property == Property.TRAPS_ALWAYS && row.finding(Property.TRAPS_IN_USER).isCountered());
  }

  private Finding through(Classes other, Function<Inquiry, Finding> ask) {
    Inquiry inquiry = own();
    inquiry.executing(other.instruction(), other.row());
    Finding finding = ask.apply(inquiry);
    byStructure += inquiry.byStructure();
    bySolver += inquiry.bySolver();
    return finding;
  }

  /// No row that may be executed has it, so neither has this one; if finding the word is all it
  /// does itself, and all that others do which execute in their turn.
  private Finding derived() {
    for (Instruction other : context.machine().instructions()) {
      if (executes(other.body())) {
        for (Instruction.Row otherRow : other.rows()) {
          if (!handsOver(new Inquiry(context, other, otherRow, solver, checker))) {
            return new Finding.Undecided(
                otherRow == row
                    ? "it does more than find, and hand over to, the word that it executes"
                    : "it may execute '" + otherRow.name() + "', which executes another");
          }
        }
      }
    }
    return handsOver(own())
        ? Finding.fails(Finding.Grounds.DERIVED)
        : new Finding.Undecided(
            "it does more than find, and hand over to, the word that it executes");
  }

  /// Whether all that a row does is to find a word and go on with it.
  private boolean handsOver(Inquiry inquiry) {
    Effects effects = inquiry.effects(Executor.Storage.WINDOW, Executor.Loops.ABSTRACTED);
    List<Term> seen = new ArrayList<>(effects.constraints());
    effects.handovers().forEach(h -> seen.addAll(List.of(h.route(), h.word())));
    effects.accesses().forEach(a -> seen.addAll(List.of(a.route(), a.address())));
    effects.accesses().forEach(a -> a.stored().ifPresent(seen::add));
    for (int i = 0; i < context.layout().slots().size(); i++) {
      if (context.layout().isVisible(context.layout().slots().get(i))) {
        seen.add(effects.after().get(i));
      }
    }
    return effects.completes().isFalse()
        && effects.unresolved().isFalse()
        && effects.handovers().stream().allMatch(Effects.Handover::isUntouched)
        && effects.written().stream().noneMatch(context.layout()::isTranslating)
        && !BehaviorSensitive.mentions(inquiry, effects, seen, Set.of(Dimension.values()));
  }
}
