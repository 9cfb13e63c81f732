package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import trapline.classify.Classes;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Property;
import trapline.isa.TrapLine;
import trapline.smt.Solver;
import trapline.theorem.Analysis;
import trapline.theorem.Exact;
import trapline.theorem.Verdict;
import trapline.vmm.VirtualMachine;

/// The monitor of a machine as Java source: files by their names, all of one package.
///
/// `remarks` say what it is worth: how many instructions run directly, whether it is sound, and
/// what was decided where the description leaves something open. They stand in `Monitor` too. The
/// same machine and analysis give the same text, byte for byte.
public record Emission(
    String packageName, Map<String, String> files, Verdict verdict, List<String> remarks) {

  /// What every file begins with, so that nobody else's is overwritten.
  public static final String MARK = "// Written by trapline vmm --emit";

  /// What cannot be written, and why.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Refused(String why) {
      super(why);
      this.why = why;
    }

    public String why() {
      return why;
    }
  }

  /// The machine must have a `vmm` block.
  ///
  /// @throws Refused where there is no way to write it
  public static Emission of(Analysis analysis, VirtualMachine.Kind kind, Solver solver) {
    Machine machine = analysis.machine();
    refuse(machine);
    boolean isHybrid = kind == VirtualMachine.Kind.HYBRID;
    Property gap = isHybrid ? Property.HYBRID_GAP : Property.GAP;
    Optional<Exact> exact = isHybrid ? analysis.exactlyHybrid() : analysis.exactly();
    Vocabulary words = new Vocabulary(machine);
    Plan plan = Plan.of(words, kind, exact);
    Optional<Installing> installing = Installing.of(machine);
    boolean isComposed = exact.isPresent() && exact.get().note().isEmpty();
    boolean all =
        isHybrid
            || plan.interprets()
            || installing.isPresent()
            || !isComposed
            || !Fetching.isFaithful(machine, solver);
    Set<Instruction> interpreted = interpreted(machine, all);
    Verdict verdict = exact.map(Exact::verdict).orElse(Verdict.UNDECIDED);
    List<String> remarks = new ArrayList<>();
    remarks.add(soundness(verdict, exact));
    remarks.addAll(counts(analysis, interpreted, gap, isHybrid, installing.isPresent(), all));
    remarks.addAll(open(machine, plan));

    List<String> summary = new ArrayList<>();
    summary.add(
        "A "
            + (isHybrid ? "hybrid" : "trap-and-emulate")
            + " monitor of "
            + machine.name()
            + setting(machine)
            + ", as its description's `vmm` block says.");
    summary.add("");
    remarks.forEach(r -> summary.add("- " + r));
    summary.add("");
    summary.add(
        "Popek and Goldberg, CACM 17(7), 1974, p. 416: a dispatcher, an allocator, and an interpreter"
            + " routine for each instruction that traps, which are in [Routines].");

    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("Monitor", MonitorFile.of(words, plan, installing, summary));
    bodies.put("Routines", RoutinesFile.of(words, analysis, gap, interpreted, installing));
    installing.ifPresent(i -> bodies.put("Mappings", MappingsFile.of(words, i)));
    bodies.put("Machine", MachineFile.of(words, List.copyOf(interpreted), installing));
    bodies.put("VirtualState", StateFile.state(words, installing));
    bodies.put("Registers", RegistersFile.of(words));
    bodies.put("Host", StateFile.host(words));
    bodies.put("Cause", cause(machine));
    bodies.put("Words", Words.of(List.copyOf(bodies.values())));
    Map<String, String> files = new LinkedHashMap<>();
    String origin = Origin.file(machine.span());
    bodies.forEach((name, body) ->
        files.put(name + ".java", Header.of(words, name, origin + setting(machine), body) + body));
    return new Emission(words.packageName, files, verdict, List.copyOf(remarks));
  }

  private static void refuse(Machine machine) {
    if (machine.monitor().isEmpty()) {
      throw new Refused("machine " + machine.name() + " has no `vmm` block");
    }
    for (Memory memory : machine.memories()) {
      if (!machine.devices(memory).isEmpty()) {
        throw new Refused(
            "cells of "
                + memory.name()
                + " are registers of devices ("
                + machine.devices(memory).getFirst().name()
                + "), which can be run (`vmm`) but not written so far");
      }
      if (!machine.isTranslated(memory) && memory.count().compareTo(StateFile.MOST) > 0) {
        throw new Refused(
            "memory "
                + memory.name()
                + " is not divided among guests, and too large to be loaded with each: "
                + memory.count()
                + " cells");
      }
    }
  }

  /// The instructions that may come to the monitor; all of them if one executes another.
  private static Set<Instruction> interpreted(Machine machine, boolean all) {
    Set<Instruction> every = new LinkedHashSet<>(machine.instructions());
    every.add(machine.reserved());
    if (all || every.stream().anyMatch(i -> Reasons.of(i).executes())) {
      return every;
    }
    return every.stream()
        .filter(i -> Reasons.of(i).traps() || i == machine.reserved())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String setting(Machine machine) {
    return machine.setting().isEmpty()
        ? ""
        : machine.setting().entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String soundness(Verdict verdict, Optional<Exact> exact) {
    List<String> because = exact.map(Exact::gap).orElse(List.of());
    String note = exact.flatMap(Exact::note).orElse("");
    return switch (verdict) {
      case HOLDS ->
          "Sound: no instruction does anything directly that it would not do on the bare machine"
              + " (the exact criterion; trapline check).";
      case FAILS ->
          "THIS MONITOR IS NOT SOUND: "
              + (note.isEmpty()
                  ? "run directly, these go wrong in some state: " + String.join(", ", because)
                  : note)
              + ".";
      case UNDECIDED ->
          "THIS MONITOR IS NOT KNOWN TO BE SOUND: "
              + (note.isEmpty()
                  ? because.isEmpty()
                      ? "nothing was decided"
                      : "not decided for " + String.join(", ", because)
                  : note)
              + ".";
    };
  }

  private static List<String> counts(
      Analysis analysis,
      Set<Instruction> interpreted,
      Property gap,
      boolean isHybrid,
      boolean installs,
      boolean all) {
    Machine machine = analysis.machine();
    List<Instruction> direct =
        machine.instructions().stream().filter(i -> !Reasons.of(i).traps()).toList();
    List<Instruction> trapping =
        machine.instructions().stream().filter(i -> Reasons.of(i).traps()).toList();
    List<String> lines = new ArrayList<>();
    if (!direct.isEmpty()) {
      lines.add(
          count(
                  direct.size(),
                  " never traps by itself and runs",
                  " never trap by themselves and run")
              + " directly"
              + (isHybrid ? " in virtual user mode" : "")
              + listed(direct, 24)
              + ".");
    }
    lines.add(
        count(trapping.size(), " may trap and has a routine", " may trap and have a routine")
            + listed(trapping, 24)
            + ", as have encodings that are no instruction.");
    if (isHybrid) {
      lines.add("In virtual supervisor mode every instruction is interpreted, and has a routine.");
    } else if (installs) {
      lines.add(
          "The others have routines too: any may miss a mapping, which [Mappings] installs if the guest"
              + " has one and it can be; if not, the instruction is the monitor's to do.");
    } else if (all) {
      lines.add(
          "The others have routines too: it is not certain that a real fetch brings what the bare"
              + " machine's would, and traps only where that one would.");
    } else if (interpreted.size() > trapping.size() + 1) {
      lines.add("The others have routines too: there is an instruction that executes another.");
    }
    List<String> gaps = rows(analysis, c -> c.finding(gap).isHolds());
    if (!gaps.isEmpty()) {
      lines.add("Gaps: " + String.join(", ", gaps) + ".");
    }
    return lines;
  }

  private static String count(int instructions, String one, String many) {
    return instructions == 1 ? "1 instruction" + one : instructions + " instructions" + many;
  }

  private static String listed(List<Instruction> instructions, int most) {
    return instructions.isEmpty()
        ? ""
        : instructions.stream()
            .limit(most)
            .map(Instruction::name)
            .collect(Collectors.joining(", ", ": ", instructions.size() > most ? ", ..." : ""));
  }

  private static List<String> rows(Analysis analysis, Predicate<Classes> wanted) {
    return analysis.rows().stream().filter(wanted).map(c -> c.row().name()).toList();
  }

  /// What was decided where the description leaves it open.
  private static List<String> open(Machine machine, Plan plan) {
    List<String> lines = new ArrayList<>();
    if (Unspecified.hasAny(machine)) {
      lines.add(
          "Where the description says `any`, a routine takes the least value that will do; the"
              + " processor may take another.");
    }
    if (!Unspecified.of(machine).isEmpty()) {
      lines.add(
          "What the description leaves to the maker (`unspecified fn`), [Host] has to say as the"
              + " processor does.");
    }
    if (plan.timer().isEmpty()) {
      lines.add("No timer was found that could end a time slice: steps are counted instead.");
    }
    if (!plan.setting().isEmpty()) {
      lines.add("It is sound only because it configures the processor, in its constructor.");
    }
    return lines;
  }

  private static String cause(Machine machine) {
    Source source = new Source();
    source.doc("Why " + machine.name() + " traps or is interrupted.");
    source.open("public enum Cause");
    List<TrapLine> lines = machine.traps();
    for (int i = 0; i < lines.size(); i++) {
      TrapLine line = lines.get(i);
      source.doc(line.cause().kind().word());
      source.line(Names.identifier(line.cause().name()) + (i == lines.size() - 1 ? "" : ","));
    }
    source.close();
    return source.toString();
  }

  /// The lines above a class: where it is from, its package, its imports.
  private static final class Header {
    private static final List<String> IMPORTS =
        List.of(
            "java.math.BigInteger",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.Arrays",
            "java.util.Deque",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.List",
            "java.util.Map",
            "java.util.Set");

    static String of(Vocabulary words, String name, String origin, String body) {
      StringBuilder header = new StringBuilder();
      header.append(MARK).append(" from ").append(origin).append(".\n");
      header.append("package ").append(words.packageName).append(";\n\n");
      Set<String> statics = new TreeSet<>();
      if (!name.equals("Words")) {
        Words.NAMES.stream()
            .filter(n -> mentions(body, n + "\\("))
            .forEach(n -> statics.add(words.packageName + ".Words." + n));
      }
      if (!name.equals("Registers") && !name.equals("VirtualState")) {
        words.enumerators().stream()
            .filter(n -> mentions(body, n + "\\b"))
            .forEach(n -> statics.add(words.packageName + ".Registers." + n));
      }
      statics.forEach(s -> header.append("import static ").append(s).append(";\n"));
      if (!statics.isEmpty()) {
        header.append('\n');
      }
      List<String> imports =
          IMPORTS.stream()
              .filter(i -> mentions(body, i.substring(i.lastIndexOf('.') + 1) + "\\b"))
              .toList();
      imports.forEach(i -> header.append("import ").append(i).append(";\n"));
      if (!imports.isEmpty()) {
        header.append('\n');
      }
      return header.toString();
    }

    /// Outside comments and after no dot.
    private static boolean mentions(String body, String what) {
      Pattern pattern = Pattern.compile("(?<![\\w.])" + what);
      return body.lines()
          .filter(line -> !line.stripLeading().startsWith("//"))
          .anyMatch(line -> pattern.matcher(line).find());
    }
  }
}
