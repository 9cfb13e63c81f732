package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static trapline.isa.Property.BEHAVIOR_SENSITIVE;
import static trapline.isa.Property.CLOCK_SENSITIVE;
import static trapline.isa.Property.CONFINED;
import static trapline.isa.Property.CONTROL_SENSITIVE;
import static trapline.isa.Property.ENTERS_USER;
import static trapline.isa.Property.INNOCUOUS;
import static trapline.isa.Property.LOCATION_SENSITIVE;
import static trapline.isa.Property.MODE_SENSITIVE;
import static trapline.isa.Property.PRECISE;
import static trapline.isa.Property.PREDICTABLE;
import static trapline.isa.Property.PRIVILEGED;
import static trapline.isa.Property.RESOURCE_SENSITIVE;
import static trapline.isa.Property.SENSITIVE;
import static trapline.isa.Property.SUBSUMED;
import static trapline.isa.Property.SUPERVISOR_SENSITIVE;
import static trapline.isa.Property.TRAPS_ALWAYS;
import static trapline.isa.Property.TRAPS_IN_USER;
import static trapline.isa.Property.USER_SENSITIVE;
import static trapline.isa.Property.WELL_DEFINED;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trapline.isa.Property;

/// The oracle itself, on machines whose classes are plain to see.
final class BruteForceTest {
  private static final Set<Property> PRECONDITIONS =
      EnumSet.of(
          SUBSUMED,
          CONFINED,
          Property.GUARDED,
          Property.TRAPS_ALIKE,
          PRECISE,
          Property.RESTARTABLE,
          PREDICTABLE,
          ENTERS_USER,
          WELL_DEFINED);

  @Test
  void tellsTheTextbookCasesOfAThirdGenerationMachine() {
    var answer =
        BruteForce.decide(Texts.load(TinyMachines.THIRD_GENERATION), BruteForce.Options.STANDARD);
    Map<String, Set<Property>> expected = new LinkedHashMap<>();
    expected.put("nop", EnumSet.of(INNOCUOUS));
    expected.put("ld", EnumSet.of(INNOCUOUS));
    expected.put("st", EnumSet.of(INNOCUOUS));
    expected.put("getm", EnumSet.of(SENSITIVE, BEHAVIOR_SENSITIVE, MODE_SENSITIVE));
    expected.put("getmp", EnumSet.of(PRIVILEGED, TRAPS_IN_USER, INNOCUOUS));
    expected.put("getr", location());
    expected.put("jrst1", EnumSet.of(SENSITIVE, CONTROL_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put("peek", location());
    expected.put(
        "lpsw",
        EnumSet.of(PRIVILEGED, TRAPS_IN_USER, SENSITIVE, CONTROL_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put("svc", EnumSet.of(TRAPS_ALWAYS, TRAPS_IN_USER, INNOCUOUS));
    expected.put(
        "hlt", EnumSet.of(SENSITIVE, CONTROL_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put("poke", location());
    expected.put("popf", EnumSet.of(SENSITIVE, CONTROL_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put("getc", resource());
    expected.put("rdclk", EnumSet.of(CLOCK_SENSITIVE, INNOCUOUS));
    expected.put("reserved", EnumSet.of(TRAPS_ALWAYS, TRAPS_IN_USER, INNOCUOUS));
    assertEquals(lines(expected), lines(held(answer)));
    assertEquals(
        new BruteForce.Conclusions(false, false, false, false, false, false), answer.conclusions());
  }

  @Test
  void tellsTheCasesThatTheSimpleDefinitionsGetWrong() {
    var machine = Texts.load(TinyMachines.CORNERS);
    var answer = BruteForce.decide(machine, BruteForce.Options.STANDARD);
    Map<String, Set<Property>> expected = new LinkedHashMap<>();
    expected.put(
        "sret",
        EnumSet.of(PRIVILEGED, TRAPS_IN_USER, SENSITIVE, CONTROL_SENSITIVE, SUPERVISOR_SENSITIVE));
    // No two completing states differ in the mode alone or in the relocation alone; and no two
    // that differ in the mode alone complete, so it is privileged to the word of the definition.
    expected.put("joint", EnumSet.of(PRIVILEGED, SENSITIVE, BEHAVIOR_SENSITIVE));
    expected.put(
        "both",
        EnumSet.of(
            SENSITIVE,
            BEHAVIOR_SENSITIVE,
            MODE_SENSITIVE,
            LOCATION_SENSITIVE,
            USER_SENSITIVE,
            SUPERVISOR_SENSITIVE));
    expected.put("lim", resource());
    Set<Property> device =
        EnumSet.of(SENSITIVE, CONTROL_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE);
    expected.put("put", device);
    expected.put("get", device);
    expected.put("same", EnumSet.of(INNOCUOUS));
    expected.put("own", EnumSet.of(INNOCUOUS));
    expected.put("reserved", EnumSet.of(INNOCUOUS));
    assertEquals(lines(expected), lines(held(answer)));
    var literal = BruteForce.decide(machine, BruteForce.Options.LITERAL);
    assertEquals(false, literal.holds("sret", PRIVILEGED));
  }

  @Test
  void tellsWhatBreaksAPrecondition() {
    var answer =
        BruteForce.decide(Texts.load(TinyMachines.PRECONDITIONS), BruteForce.Options.STANDARD);
    Map<String, Set<Property>> expected = new LinkedHashMap<>();
    expected.put("down", EnumSet.of(SUBSUMED));
    expected.put("peek", EnumSet.of(CONFINED));
    expected.put("peeks", none());
    // What was committed includes P after the fetch, so it would go on elsewhere.
    expected.put("half", EnumSet.of(PRECISE, Property.RESTARTABLE));
    expected.put("back", EnumSet.of(ENTERS_USER));
    expected.put("next", none());
    expected.put("open", EnumSet.of(PREDICTABLE));
    expected.put("reserved", none());
    assertEquals(lines(expected), lines(unusual(answer)));
  }

  @Test
  void tellsADifferenceThatIsOnlyDueToAnyFromOneThatIsNot() {
    var answer = BruteForce.decide(Texts.load(TinyMachines.LOOSE), BruteForce.Options.STANDARD);
    Map<String, Set<Property>> expected = new LinkedHashMap<>();
    expected.put("junk", EnumSet.of(INNOCUOUS));
    expected.put("pick", resource());
    // From c = 0 it may end with any value, from c = 1 with the same ones.
    expected.put("mask", EnumSet.of(INNOCUOUS));
    expected.put("some", EnumSet.of(INNOCUOUS, TRAPS_IN_USER, PRIVILEGED));
    expected.put("may", EnumSet.of(INNOCUOUS));
    expected.put("warl", resource());
    expected.put("jump", EnumSet.of(SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put(
        "mode", EnumSet.of(SENSITIVE, CONTROL_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE));
    expected.put("reserved", EnumSet.of(INNOCUOUS, TRAPS_ALWAYS, TRAPS_IN_USER));
    assertEquals(lines(expected), lines(held(answer)));
  }

  /// Of the preconditions, those that a row breaks, and whether it is the way back.
  private static Map<String, Set<Property>> unusual(BruteForce.Answer answer) {
    Map<String, Set<Property>> found = new LinkedHashMap<>();
    answer
        .rows()
        .forEach((row, verdicts) -> {
          Set<Property> set = EnumSet.noneOf(Property.class);
          PRECONDITIONS.stream()
              .filter(p -> verdicts.get(p).holds() == (p == ENTERS_USER))
              .forEach(set::add);
          found.put(row, set);
        });
    return found;
  }

  private static Set<Property> none() {
    return EnumSet.noneOf(Property.class);
  }

  private static Set<Property> location() {
    return EnumSet.of(
        SENSITIVE, BEHAVIOR_SENSITIVE, LOCATION_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE);
  }

  private static Set<Property> resource() {
    return EnumSet.of(
        SENSITIVE, BEHAVIOR_SENSITIVE, RESOURCE_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE);
  }

  private static Map<String, Set<Property>> held(BruteForce.Answer answer) {
    Map<String, Set<Property>> held = new LinkedHashMap<>();
    answer
        .rows()
        .forEach((row, verdicts) -> {
          Set<Property> set = EnumSet.noneOf(Property.class);
          Arrays.stream(Property.values())
              .filter(p -> !PRECONDITIONS.contains(p))
              .filter(p -> verdicts.containsKey(p) && verdicts.get(p).holds())
              .forEach(set::add);
          held.put(row, set);
        });
    return held;
  }

  private static String lines(Map<String, Set<Property>> classes) {
    StringBuilder text = new StringBuilder();
    classes.forEach((row, set) -> text.append(row).append(": ").append(set).append('\n'));
    return text.toString();
  }
}
