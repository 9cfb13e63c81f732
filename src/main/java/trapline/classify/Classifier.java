package trapline.classify;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.smt.Solver;
import trapline.symbolic.Dimension;

/// Decides every property of a row.
///
/// Basic questions are asked of the row; the rest is put together from their answers:
///
///     behavior  = location or mode or joint or resource
///     sensitive = control or behavior, or unpredictable, which may be anything
///     user      = control, location, resource or unpredictable from user mode
///     innocuous = not sensitive
///
/// An instruction that executes another (PDP-10 XCT) is asked about through [Executing].
public final class Classifier {
  private final Context context;
  private final Basics basics;

  /// The questions that are asked of a row, whoever answers them.
  interface Basics {
    Finding privileged(boolean wantsWitness);

    Finding traps(Property property, List<Mode> modes, boolean wantsWitness);

    Finding control(List<Mode> modes);

    Finding behavior(Property property, Set<Dimension> free, List<Mode> modes);

    Finding precondition(Property property);

    Finding unpredictable(List<Mode> modes);

    /// Whether the row itself is predictable, where that is so `altogether`: with what it goes on
    /// as.
    default Finding predictable(Finding altogether) {
      return altogether;
    }

    /// Where among the encodings it is so, for what holds and for *not privileged*.
    Map<Property, Region> regions(Map<Property, Finding> findings);

    /// Under which settings of what a monitor may set there are gaps.
    Map<Property, Region> settings(Map<Property, Finding> findings);

    Finding gap(Property property, List<Mode> modes);

    Finding looseGap(Property property, List<Mode> modes);

    Finding trapsDirectly(Property property, List<Mode> modes);

    boolean gapFollowsFromClasses();

    int byStructure();

    int bySolver();
  }

  private Classifier(Context context, Basics basics) {
    this.context = context;
    this.basics = basics;
  }

  /// Whether an instruction may go on as another, so that its classes follow from the others'.
  public static boolean executesOthers(Instruction instruction) {
    return Executing.executes(instruction.body());
  }

  /// The classes of a row that executes no other.
  public static Classes classify(
      Context context,
      Instruction instruction,
      Instruction.Row row,
      Solver solver,
      Solver checker) {
    Inquiry inquiry = new Inquiry(context, instruction, row, solver, checker);
    return new Classifier(context, new Direct(inquiry, context.definitions()))
        .classify(instruction, row);
  }

  /// Whether it is known that no state in these modes satisfies the hypotheses: then all that is
  /// said of them holds of nothing.
  public static boolean leavesNone(
      Context context, List<Mode> modes, Solver solver, Solver checker) {
    for (Instruction instruction : context.machine().instructions()) {
      for (Instruction.Row row : instruction.rows()) {
        Inquiry inquiry = new Inquiry(context, instruction, row, solver, checker);
        Question any =
            new Question(
                Property.SUBSUMED,
                false,
                modes,
                new Question.Relation.Alone(),
                false,
                runs -> inquiry.terms.truth(true));
        if (!(inquiry.exists(any) instanceof Existence.Absent)) {
          return false;
        }
      }
    }
    return true;
  }

  /// The classes of a row that executes others, whose classes are known.
  public static Classes classifyExecuting(
      Context context,
      Instruction instruction,
      Instruction.Row row,
      List<Classes> others,
      Solver solver,
      Solver checker) {
    return new Classifier(
            context, new Executing(context, instruction, row, others, solver, checker))
        .classify(instruction, row);
  }

  private Classes classify(Instruction instruction, Instruction.Row row) {
    Machine machine = context.machine();
    List<Mode> user = machine.userModes();
    List<Mode> supervisor = machine.supervisorModes();
    List<Mode> both = all(machine);

    Finding controlUser = basics.control(user);
    Finding controlSupervisor = basics.control(supervisor);
    Finding locationUser = behavior(Property.LOCATION_SENSITIVE, BehaviorSensitive.LOCATION, user);
    Finding locationSupervisor =
        behavior(Property.LOCATION_SENSITIVE, BehaviorSensitive.LOCATION, supervisor);
    Finding resourceUser = behavior(Property.RESOURCE_SENSITIVE, BehaviorSensitive.RESOURCE, user);
    Finding resourceSupervisor =
        behavior(Property.RESOURCE_SENSITIVE, BehaviorSensitive.RESOURCE, supervisor);
    Finding control = controlSupervisor.or(() -> controlUser);
    Finding location = locationSupervisor.or(() -> locationUser);
    Finding resource = resourceSupervisor.or(() -> resourceUser);
    Finding mode = behavior(Property.MODE_SENSITIVE, BehaviorSensitive.MODE, both);
    Finding behavior =
        location
            .or(() -> mode)
            .or(() -> behavior(Property.BEHAVIOR_SENSITIVE, BehaviorSensitive.JOINT, both))
            .or(() -> resource);
    Finding looseUser = basics.unpredictable(user);
    Finding looseSupervisor = basics.unpredictable(supervisor);
    Finding sensitive = control.or(() -> behavior).or(() -> looseUser).or(() -> looseSupervisor);
    boolean explain = !sensitive.isFails();

    Map<Property, Finding> findings = new EnumMap<>(Property.class);
    decide(findings, Property.PRIVILEGED, () -> basics.privileged(explain));
    decide(
        findings,
        Property.TRAPS_IN_USER,
        () -> basics.traps(Property.TRAPS_IN_USER, user, explain));
    decide(
        findings,
        Property.TRAPS_ALWAYS,
        () ->
            has(findings, Property.TRAPS_IN_USER, Finding::isCountered)
                ? Finding.fails(Finding.Grounds.DERIVED)
                : basics.traps(Property.TRAPS_ALWAYS, both, false));
    findings.put(Property.CONTROL_SENSITIVE, control);
    findings.put(Property.BEHAVIOR_SENSITIVE, behavior);
    findings.put(Property.LOCATION_SENSITIVE, location);
    findings.put(Property.MODE_SENSITIVE, mode);
    findings.put(Property.RESOURCE_SENSITIVE, resource);
    decide(
        findings,
        Property.CLOCK_SENSITIVE,
        () -> behavior(Property.CLOCK_SENSITIVE, BehaviorSensitive.TIME, both));
    findings.put(
        Property.USER_SENSITIVE,
        controlUser.or(() -> locationUser).or(() -> resourceUser).or(() -> looseUser));
    findings.put(
        Property.SUPERVISOR_SENSITIVE,
        controlSupervisor
            .or(() -> locationSupervisor)
            .or(() -> resourceSupervisor)
            .or(() -> looseSupervisor));
    findings.put(
        Property.PREDICTABLE, basics.predictable(looseUser.or(() -> looseSupervisor).negate()));
    findings.put(Property.SENSITIVE, sensitive);
    findings.put(Property.INNOCUOUS, sensitive.negate());
    for (Property property : Preconditions.PROPERTIES) {
      decide(findings, property, () -> basics.precondition(property));
    }
    Map<Classes.Way, Finding> ways = new LinkedHashMap<>();
    gap(row, Property.HYBRID_GAP, user, findings, ways);
    gap(row, Property.GAP, both, findings, ways);
    ways.put(new Classes.Way(Property.USER_SENSITIVE, Property.CONTROL_SENSITIVE), controlUser);
    ways.put(new Classes.Way(Property.USER_SENSITIVE, Property.LOCATION_SENSITIVE), locationUser);
    ways.put(new Classes.Way(Property.USER_SENSITIVE, Property.RESOURCE_SENSITIVE), resourceUser);
    ways.put(
        new Classes.Way(Property.SUPERVISOR_SENSITIVE, Property.CONTROL_SENSITIVE),
        controlSupervisor);
    ways.put(
        new Classes.Way(Property.SUPERVISOR_SENSITIVE, Property.LOCATION_SENSITIVE),
        locationSupervisor);
    ways.put(
        new Classes.Way(Property.SUPERVISOR_SENSITIVE, Property.RESOURCE_SENSITIVE),
        resourceSupervisor);
    ways.put(new Classes.Way(Property.USER_SENSITIVE, Property.PREDICTABLE), looseUser);
    ways.put(new Classes.Way(Property.SUPERVISOR_SENSITIVE, Property.PREDICTABLE), looseSupervisor);
    return new Classes(
        instruction,
        row,
        new LinkedHashMap<>(findings),
        ways,
        offends(findings) && isGeneral() ? basics.regions(findings) : Map.of(),
        isGeneral() ? basics.settings(findings) : Map.of(),
        basics.byStructure(),
        basics.bySolver());
  }

  /// Asks for what nothing else rests on, if it is wanted.
  private void decide(
      Map<Property, Finding> findings, Property property, Supplier<Finding> finding) {
    if (context.wanted().contains(property)) {
      findings.put(property, finding.get());
    }
  }

  /// Regions and settings are told of the machine, not of it under some hypothesis.
  private boolean isGeneral() {
    return context.assumptions().isEmpty();
  }

  private static boolean offends(Map<Property, Finding> findings) {
    return !has(findings, Property.SENSITIVE, Finding::isFails)
        && has(findings, Property.PRIVILEGED, Finding::isFails)
        && has(findings, Property.TRAPS_IN_USER, Finding::isFails);
  }

  private static boolean has(
      Map<Property, Finding> findings, Property property, Predicate<Finding> test) {
    Finding finding = findings.get(property);
    return finding != null && test.test(finding);
  }

  /// A real run is always in user mode, so what traps in every user state is never run directly.
  private void gap(
      Instruction.Row row,
      Property property,
      List<Mode> modes,
      Map<Property, Finding> findings,
      Map<Classes.Way, Finding> ways) {
    if (!context.premises().composed().holds(property) || !context.wanted().contains(property)) {
      return;
    }
    if (has(findings, Property.TRAPS_IN_USER, Finding::isHolds) && isGeneral()) {
      findings.put(property, Finding.fails(Finding.Grounds.DERIVED));
      return;
    }
    Finding promised = basics.gap(property, modes);
    Finding loose = basics.looseGap(property, modes);
    Finding sensitive = Objects.requireNonNull(findings.get(Property.SENSITIVE));
    Gap.check(row.name(), sensitive, promised, basics::gapFollowsFromClasses);
    findings.put(property, promised.or(() -> loose));
    if (promised.isFails()) {
      ways.put(new Classes.Way(property, Property.PREDICTABLE), loose);
      if (offends(findings)) {
        ways.put(
            new Classes.Way(property, Property.TRAPS_IN_USER),
            basics.trapsDirectly(property, modes));
      }
    }
  }

  static List<Mode> all(Machine machine) {
    return Stream.concat(machine.supervisorModes().stream(), machine.userModes().stream()).toList();
  }

  private Finding behavior(Property property, Set<Dimension> free, List<Mode> modes) {
    return basics.behavior(property, free, modes);
  }

  /// Answers from the row's own effects.
  private record Direct(Inquiry inquiry, Definitions definitions) implements Basics {
    @Override
    public Finding privileged(boolean wantsWitness) {
      return Privileged.decide(inquiry, definitions, wantsWitness);
    }

    @Override
    public Finding traps(Property property, List<Mode> modes, boolean wantsWitness) {
      return Trapping.decide(inquiry, property, modes, wantsWitness);
    }

    @Override
    public Finding control(List<Mode> modes) {
      return ControlSensitive.decide(inquiry, modes);
    }

    @Override
    public Finding behavior(Property property, Set<Dimension> free, List<Mode> modes) {
      return BehaviorSensitive.decide(inquiry, property, free, modes);
    }

    @Override
    public Finding gap(Property property, List<Mode> modes) {
      return Gap.decide(inquiry, property, modes);
    }

    @Override
    public Finding trapsDirectly(Property property, List<Mode> modes) {
      return Gap.trapsDirectly(inquiry, property, modes);
    }

    @Override
    public boolean gapFollowsFromClasses() {
      return Gap.followsFromClasses(inquiry);
    }

    @Override
    public Finding looseGap(Property property, List<Mode> modes) {
      return Gap.loosely(inquiry, property, modes);
    }

    @Override
    public Finding precondition(Property property) {
      return Preconditions.decide(inquiry, property);
    }

    @Override
    public Finding unpredictable(List<Mode> modes) {
      return Preconditions.unpredictable(inquiry, modes);
    }

    @Override
    public Map<Property, Region> regions(Map<Property, Finding> findings) {
      Map<Property, Region> regions = new LinkedHashMap<>();
      if (!inquiry.hasOperands()) {
        return regions;
      }
      questions()
          .forEach((property, question) -> {
            if (has(findings, property, Finding::isHolds)) {
              regions.put(property, inquiry.region(question));
            }
          });
      regions.put(
          Property.PRIVILEGED, inquiry.region(Privileged.exception(inquiry, definitions, false)));
      gaps()
          .forEach((property, question) -> {
            if (has(findings, property, Finding::isHolds)) {
              regions.put(property, inquiry.region(question));
            }
          });
      return regions;
    }

    @Override
    public Map<Property, Region> settings(Map<Property, Finding> findings) {
      Map<Property, Region> settings = new LinkedHashMap<>();
      if (!gaps().isEmpty() && inquiry.hasSettings()) {
        gaps()
            .forEach((property, question) -> {
              if (has(findings, property, Finding::isHolds)) {
                settings.put(property, inquiry.settings(question));
              }
            });
      }
      return settings;
    }

    private Map<Property, Question> questions() {
      List<Mode> all = all(inquiry.machine);
      Map<Property, Question> questions = new LinkedHashMap<>();
      questions.put(Property.CONTROL_SENSITIVE, ControlSensitive.question(inquiry, all));
      Map<Property, Set<Dimension>> free = new LinkedHashMap<>();
      free.put(Property.LOCATION_SENSITIVE, BehaviorSensitive.LOCATION);
      free.put(Property.MODE_SENSITIVE, BehaviorSensitive.MODE);
      free.put(Property.RESOURCE_SENSITIVE, BehaviorSensitive.RESOURCE);
      free.forEach((property, dimensions) ->
          questions.put(property, BehaviorSensitive.question(inquiry, property, dimensions, all)));
      return questions;
    }

    private Map<Property, Question> gaps() {
      Map<Property, Question> gaps = new LinkedHashMap<>();
      if (inquiry.composed().holds(Property.GAP)) {
        gaps.put(Property.GAP, Gap.either(inquiry, Property.GAP, all(inquiry.machine)));
      }
      if (inquiry.composed().holds(Property.HYBRID_GAP)) {
        gaps.put(
            Property.HYBRID_GAP,
            Gap.either(inquiry, Property.HYBRID_GAP, inquiry.machine.userModes()));
      }
      return gaps;
    }

    @Override
    public int byStructure() {
      return inquiry.byStructure();
    }

    @Override
    public int bySolver() {
      return inquiry.bySolver();
    }
  }
}
