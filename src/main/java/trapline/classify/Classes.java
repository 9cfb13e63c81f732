package trapline.classify;

import java.util.LinkedHashMap;
import java.util.Map;
import trapline.isa.Instruction;
import trapline.isa.Property;

/// The classes of one row: a finding for every property that can be asked of its machine.
///
/// `ways` tell user- and supervisor-sensitivity apart by what they come from; by
/// [Property#PREDICTABLE]: from a state for which the architecture makes no promise. Of a gap that
/// an offending row does not have, by [Property#TRAPS_IN_USER]: because it never completes
/// directly. `regions` say for which operands a property holds (and for which it is not
/// *privileged*), of rows that offend. `settings` say under which settings of what a monitor may
/// set there is a gap, where there is one under some. `byStructure` and `bySolver` count the
/// questions by how they were answered.
public record Classes(
    Instruction instruction,
    Instruction.Row row,
    Map<Property, Finding> findings,
    Map<Way, Finding> ways,
    Map<Property, Region> regions,
    Map<Property, Region> settings,
    int byStructure,
    int bySolver) {

  /// User- or supervisor-sensitive, by control, location or resource.
  public record Way(Property property, Property by) {}

  /// Of a row that was not asked about: nothing is decided.
  public static Classes unanswered(Instruction instruction, Instruction.Row row, String why) {
    Finding open = new Finding.Undecided(why);
    Map<Property, Finding> findings = new LinkedHashMap<>();
    Map<Way, Finding> ways = new LinkedHashMap<>();
    for (Property property : Property.values()) {
      findings.put(property, open);
      ways.put(new Way(Property.USER_SENSITIVE, property), open);
      ways.put(new Way(Property.SUPERVISOR_SENSITIVE, property), open);
    }
    return new Classes(instruction, row, findings, ways, Map.of(), Map.of(), 0, 0);
  }

  /// User- or supervisor-sensitive in one way. *Mode* is never one, as both runs start in one mode.
  public Finding userWays(Property property, Property by) {
    return ways.getOrDefault(new Way(property, by), Finding.fails(Finding.Grounds.DERIVED));
  }

  /// Whether it is sensitive, or has a gap, only by what the architecture leaves unpredictable.
  public boolean isOnlyLoosely(Property sensitive) {
    return finding(sensitive).isHolds()
        && switch (sensitive) {
          case CLOCK_SENSITIVE -> false;
          case GAP, HYBRID_GAP -> userWays(sensitive, Property.PREDICTABLE).isHolds();
          case USER_SENSITIVE, SUPERVISOR_SENSITIVE ->
              userWays(sensitive, Property.CONTROL_SENSITIVE).isFails()
                  && userWays(sensitive, Property.LOCATION_SENSITIVE).isFails()
                  && userWays(sensitive, Property.RESOURCE_SENSITIVE).isFails();
          default ->
              finding(Property.CONTROL_SENSITIVE).isFails()
                  && finding(Property.BEHAVIOR_SENSITIVE).isFails();
        };
  }

  /// The finding on a property; undecided where the machine gives no means to ask (no `vmm` block,
  /// or one that does not compose translations).
  public Finding finding(Property property) {
    return findings.getOrDefault(
        property, new Finding.Undecided("no vmm block that composes translations"));
  }
}
