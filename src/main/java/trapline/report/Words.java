package trapline.report;

import java.util.Locale;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// How running text calls properties and theorems, and begins sentences.
final class Words {
  private Words() {}

  static String of(Property property) {
    return switch (property) {
      case TRAPS_IN_USER -> "traps in user mode";
      case TRAPS_ALWAYS -> "traps always";
      case GAP -> "unsound to run directly";
      case HYBRID_GAP -> "unsound to run directly from virtual user mode";
      case SUBSUMED -> "subsumed";
      case CONFINED -> "confined";
      case GUARDED -> "guarded";
      case TRAPS_ALIKE -> "traps alike";
      case PRECISE -> "precise";
      case RESTARTABLE -> "restartable";
      case PREDICTABLE -> "predictable";
      case ENTERS_USER -> "enters user mode";
      case WELL_DEFINED -> "well defined";
      case PRIVILEGED, SENSITIVE, INNOCUOUS -> property.word();
      case CONTROL_SENSITIVE,
          BEHAVIOR_SENSITIVE,
          LOCATION_SENSITIVE,
          MODE_SENSITIVE,
          RESOURCE_SENSITIVE,
          CLOCK_SENSITIVE,
          USER_SENSITIVE,
          SUPERVISOR_SENSITIVE ->
          property.word().replace('_', '-');
    };
  }

  static String of(Theorem theorem) {
    return switch (theorem) {
      case VMM -> "virtual machine monitor";
      case RECURSIVE -> "recursive monitor";
      case HVMM -> "hybrid monitor";
    };
  }

  /// `after step 5` as the beginning of a sentence.
  static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  static int number(Theorem theorem) {
    return switch (theorem) {
      case VMM -> 1;
      case RECURSIVE -> 2;
      case HVMM -> 3;
    };
  }
}
