package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.diag.Span;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Why an instruction comes to the monitor, and what it does to the virtual state, in words.
///
/// Where it traps is read off its statements: the causes that they raise, and in what. That it
/// always does so in user mode, and what else it is, are findings.
final class Reasons {
  private final Set<String> traps = new LinkedHashSet<>();
  private final Map<Role, Set<String>> writes = new LinkedHashMap<>();
  private final Set<String> does = new LinkedHashSet<>();
  private boolean executes;

  private Reasons() {
    for (Role role : Role.values()) {
      writes.put(role, new LinkedHashSet<>());
    }
  }

  static Reasons of(Instruction instruction) {
    var reasons = new Reasons();
    reasons.look(instruction.body(), "its own body", new LinkedHashSet<>());
    return reasons;
  }

  /// Whether its own statements may trap; its fetch may in any case.
  boolean traps() {
    return !traps.isEmpty() || executes;
  }

  boolean executes() {
    return executes;
  }

  private void look(Statement.Block block, String where, Set<Object> inside) {
    Walk.statements(
        block,
        s -> {
          switch (s) {
            case Statement.Raise(var cause, var _) -> traps.add(told(cause, where));
            case Statement.Call(var _, var function, var _) -> {
              if (inside.add(function)) {
                look(function.body(), named(function), inside);
                inside.remove(function);
              }
            }
            case Statement.Load(var _, var space, var _, var _) -> {
              through(space, inside);
            }
            case Statement.Store(var space, var _, var _) -> {
              through(space, inside);
              does.add("writes storage through " + space.name());
            }
            case Statement.RegisterWrite write -> write(write);
            case Statement.MemoryWrite(var memory, var _, var _) ->
                does.add("writes " + memory.name() + " by physical address");
            case Statement.Input(var _, var port) -> does.add("reads " + port.fullName());
            case Statement.Output(var port, var _) -> does.add("writes " + port.fullName());
            case Statement.Halt _ -> does.add("halts");
            case Statement.Execute _ -> executes = true;
            case Statement.Assign _,
                Statement.Choose _,
                Statement.If _,
                Statement.While _,
                Statement.Return _,
                Statement.Commit _,
                Statement.Unpredictable _ -> {}
          }
        });
  }

  private void through(Space space, Set<Object> inside) {
    if (inside.add(space)) {
      look(space.body(), "space " + space.name() + ", " + Origin.place(space.span()), inside);
      inside.remove(space);
    }
  }

  private static String told(Cause cause, String where) {
    return "`" + cause.name() + "` (" + cause.kind().word() + ") by " + where;
  }

  private static String named(Function function) {
    Span span = function.span();
    int start = span.file().startOfLine(span.line());
    boolean isGuard =
        span.start() >= start
            && span.start() <= span.file().text().length()
            && span.file().text().substring(start, span.start()).contains("guard ");
    return (isGuard ? "guard " : "") + function.name() + ", " + Origin.place(span);
  }

  private void write(Statement.RegisterWrite write) {
    Register register = write.register();
    for (Field field : Change.of(write).fields(write)) {
      String name =
          register.fields().size() == 1 ? register.name() : register.name() + "." + field.name();
      field.role().ifPresent(role -> writes(role).add(name));
    }
  }

  private Set<String> writes(Role role) {
    return writes.computeIfAbsent(role, r -> new LinkedHashSet<>());
  }

  /// `Traps by ...`
  List<String> whyItTraps() {
    List<String> lines = new ArrayList<>();
    for (String trap : traps) {
      lines.add("- raises " + trap);
    }
    if (executes) {
      lines.add("- and as the instruction that it executes");
    }
    return lines;
  }

  /// What it changes, by role.
  String whatItDoes() {
    List<String> parts = new ArrayList<>();
    writes.forEach((role, names) -> {
      if (!names.isEmpty()) {
        parts.add(role.word() + ": " + String.join(", ", names));
      }
    });
    parts.addAll(does);
    return parts.isEmpty() ? "changes nothing but the program counter" : String.join("; ", parts);
  }

  /// The class of a row, as far as it is decided.
  static String row(Classes classes, Property gap) {
    List<String> parts = new ArrayList<>();
    if (classes.finding(Property.TRAPS_ALWAYS).isHolds()) {
      parts.add("traps in every state of every mode");
    } else if (classes.finding(Property.PRIVILEGED).isHolds()) {
      parts.add("privileged: traps in every user state, and not in every supervisor state");
    } else if (classes.finding(Property.TRAPS_IN_USER).isHolds()) {
      parts.add("traps in every user state");
    } else if (classes.finding(Property.PRIVILEGED).isUndecided()) {
      parts.add("whether it is privileged is not decided");
    } else {
      parts.add("not privileged");
    }
    for (Property property : List.of(Property.CONTROL_SENSITIVE, Property.BEHAVIOR_SENSITIVE)) {
      if (classes.finding(property).isHolds()) {
        parts.add(property.word().replace('_', '-'));
      }
    }
    Finding sensitive = classes.finding(Property.SENSITIVE);
    if (sensitive.isFails()) {
      parts.add("innocuous");
    } else if (sensitive.isUndecided()) {
      parts.add("whether it is sensitive is not decided");
    }
    if (classes.finding(gap).isHolds()) {
      parts.add("GAP: in some state, running it directly goes wrong");
    } else if (classes.finding(gap).isUndecided()) {
      parts.add("whether it may run directly is not decided");
    }
    return String.join("; ", parts);
  }
}
