package trapline.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Selection;
import trapline.vmm.Pace;
import trapline.vmm.Timer;

/// `Monitor`: the dispatcher, the allocator, and f, as the `vmm` block says.
final class MonitorFile {
  private final Vocabulary words;
  private final Machine machine;
  private final Monitor monitor;
  private final Plan plan;
  private final Optional<Installing> installing;
  private final boolean hasTables;

  private final Pace pace;
  private final Source source = new Source();

  private MonitorFile(Vocabulary words, Plan plan, Optional<Installing> installing) {
    this.words = words;
    machine = words.machine;
    monitor = machine.monitor().orElseThrow();
    this.plan = plan;
    this.installing = installing;
    hasTables = words.hasTables();
    pace = Pace.of(machine);
  }

  static String of(
      Vocabulary words, Plan plan, Optional<Installing> installing, List<String> summary) {
    return new MonitorFile(words, plan, installing).text(summary);
  }

  private String text(List<String> summary) {
    source.doc(summary);
    source.open("public final class Monitor");
    steps();
    source.doc("How many cells of storage there are to divide, and in multiples of how many.");
    source.line("private static final long STORAGE = " + plan.storage() + "L;");
    source.line("private static final long GRANULE = " + plan.granule() + ";").blank();
    if (hasTables) {
      source.doc("How many cells the monitor keeps for each guest.");
      source.line("private static final long TABLES = " + monitor.tables() + ";").blank();
    }
    source.line("private final Host host;");
    if (installing.isPresent()) {
      source.blank().doc("The real machine, as a guest that has all of its storage.");
      source.line("private final VirtualState real;").blank();
    } else {
      source.line("private final Registers real = new Registers();");
    }
    source.line("private final List<VirtualState> guests = new ArrayList<>();");
    if (plan.timer().isPresent()) {
      source.line("private boolean isOver;").blank();
    } else {
      source.line("private long left = Long.MAX_VALUE;").blank();
    }
    if (isSpoiled()) {
      source.doc("The guest that was the last to run directly: what is installed is its.");
      source.line("private VirtualState occupant;").blank();
    }
    source.open("public Monitor(Host host)");
    source.line("this.host = host;");
    if (installing.isPresent()) {
      source.line("real = new VirtualState(host, 0, STORAGE" + (hasTables ? ", 0);" : ");"));
    }
    configure();
    source.close();
    allocator();
    dispatcher();
    f();
    slices();
    source.close();
    return source.toString();
  }

  private void steps() {
    String argument = words.argumentType();
    source.lines(
        """
        /// What a step of a virtual machine came to.
        public enum Kind {
          /// The processor did it by itself.
          DIRECT,
          /// It trapped, and was done by the monitor.
          EMULATED,
          /// The monitor did it without having tried.
          INTERPRETED,
          /// The guest's own trap.
          REFLECTED,
          /// The guest's own interrupt.
          INTERRUPTED,
          /// Nothing happened: the time slice is over.
          PREEMPTED,
          HALTED,
          /// There is no telling what the guest should do next.
          STOPPED
        }
        """);
    source.blank().doc("A step, with the cause of its trap or interrupt, or why it stopped.");
    source
        .line(
            "public record Step(Kind kind, Cause cause, "
                + argument
                + "[] arguments, String reason) {}")
        .blank();
  }

  /// The setting that makes the monitor sound, once and for all.
  private void configure() {
    if (!plan.setting().isEmpty()) {
      source.note("What the guests cannot see of these is set once and for all.");
      source.line("host.save(real);");
      plan.setting().forEach(line -> source.line(line));
      source.line("host.load(real);");
    }
  }

  // The allocator.

  private void allocator() {
    source.blank();
    source.doc(
        "The allocator: a virtual machine with so many cells of storage that no other has; null if"
            + " there is no room.");
    source.open("public VirtualState admit(long size)");
    String given = hasTables ? "base, size, tables" : "base, size";
    String parameters = hasTables ? "long base, long size, long tables" : "long base, long size";
    source.open("for (long base = 0; base + size <= STORAGE; base += GRANULE)");
    if (hasTables) {
      source.open("for (long tables = STORAGE / TABLES * TABLES; tables >= 0; tables -= TABLES)");
    }
    source.open("if (isFree(" + given + ") && isAllowed(" + given + "))");
    source.line("return admit(" + given + ");");
    source.close().close();
    if (hasTables) {
      source.close();
    }
    source.line("return null;");
    source.close().blank();
    source.doc(
        "A virtual machine in just that piece of storage"
            + (hasTables ? ", with the monitor's tables for it there." : "."));
    source.open("public VirtualState admit(" + parameters + ")");
    source.open("if (!isFree(" + given + ") || !isAllowed(" + given + "))");
    source.line("throw new IllegalArgumentException(\"no room at \" + base);");
    source.close();
    source.line("VirtualState guest = new VirtualState(host, " + given + ");");
    if (installing.isPresent()) {
      source.line("guest.mappings = new Mappings(real, guest);");
    }
    source.line("guests.add(guest);");
    source.line("return guest;");
    source.close().blank();
    if (hasTables) {
      source.open("private boolean isFree(" + parameters + ")");
      source.line(
          "return isFree(base, size) && isFree(tables, TABLES)"
              + " && (tables + TABLES <= base || base + size <= tables);");
      source.close().blank();
    }
    source.open("private boolean isFree(long base, long size)");
    source.open("for (VirtualState guest : guests)");
    source.open(
        "if (base < guest.regionBase + guest.regionSize && guest.regionBase < base + size)");
    source.line("return false;");
    source.close();
    if (hasTables) {
      source.open("if (base < guest.regionTables + TABLES && guest.regionTables < base + size)");
      source.line("return false;");
      source.close();
    }
    source.close();
    source.line("return base >= 0 && size >= 0 && base + size <= STORAGE;");
    source.close().blank();
    source.doc("What the block says of where guests may be.");
    source.open("private static boolean isAllowed(" + parameters + ")");
    Formulas formulas = new Formulas(words, "");
    formulas.name(monitor.regionBase(), "base");
    formulas.name(monitor.regionSize(), "size");
    formulas.name(monitor.regionTables(), hasTables ? "tables" : "0");
    String fits =
        fits("base", monitor.regionBase().width())
            + fits("size", monitor.regionSize().width())
            + (hasTables ? fits("tables", monitor.regionTables().width()) : "");
    String where = formulas.condition(monitor.where());
    String both = inConjunction(where);
    String all =
        where.equals("true") && !fits.isEmpty()
            ? fits.substring(0, fits.length() - " && ".length())
            : fits + both;
    source.line("return " + all + ";");
    source.close();
  }

  static String inConjunction(String condition) {
    return condition.contains("||") || condition.contains("?") ? "(" + condition + ")" : condition;
  }

  private static String fits(String name, int width) {
    return width >= Long.SIZE - 1 ? "" : name + " >>> " + width + " == 0 && ";
  }

  // The dispatcher.

  private void dispatcher() {
    boolean interprets = plan.interprets();
    source.blank();
    source.doc(
        "The dispatcher: one step of a virtual machine, an instruction or an interrupt, with the"
            + " guest's own trap delivered.");
    source.open("public Step step(VirtualState virtual)");
    source.line("Routines routines = new Routines(virtual);");
    source.open("try");
    source.open("while (true)");
    source.open("if (virtual.isHalted)");
    source.line("return step(Kind.HALTED);");
    source.close();
    source.open("if (isSliceOver())");
    source.line("return step(Kind.PREEMPTED);");
    source.close();
    source.line("Cause due = routines.due();");
    source.open("if (due != null)");
    spend();
    source.line("virtual.begin();");
    source.line("routines.acknowledge(due);");
    source.line("enter(routines, due);");
    source.line(
        "return new Step(Kind.INTERRUPTED, due, new " + words.argumentType() + "[0], \"\");");
    source.close();
    source.line("virtual.begin();");
    if (interprets) {
      source.open("if (interprets(routines))");
      source.line("return interpret(routines);");
      source.close();
    }
    source.line("Step step = direct(virtual, routines);");
    source.open("if (step != null)");
    source.line("return step;");
    source.close().close();
    source.next("catch (Machine.Stopped stopped)");
    source.line("return stopped(stopped.getMessage());");
    source.close().close().blank();
    source.doc("Up to so many steps; the last of them.");
    source.open("public Step run(VirtualState virtual, long steps)");
    source.line("Step step = step(virtual);");
    source.open("for (long i = 1; i < steps && step.kind().compareTo(Kind.PREEMPTED) < 0; i++)");
    source.line("step = step(virtual);");
    source.close();
    source.line("return step;");
    source.close().blank();
    source.doc(
        "Lets the processor take one step of the program. A trap brings the monitor in: the"
            + " instruction is executed again, on the virtual state. If it completes there, it was the"
            + " monitor's to do; if it traps there, the bare machine would have trapped as well, and the"
            + " trap is the guest's. Null if a real interrupt came in first"
            + (installing.isPresent()
                ? ", or the instruction is to be tried again, as the processor has now what it missed."
                : "."));
    source.open("private Step direct(VirtualState virtual, Routines routines)");
    source.line("host.save(real);");
    if (isSpoiled()) {
      source.line("virtual.mappings.settle(occupant == virtual);");
      source.line("occupant = virtual;");
    } else if (installing.isPresent()) {
      source.line("virtual.mappings.settle();");
    }
    source.line("load(virtual, routines);");
    source.line("host.load(real);");
    undivided(true);
    source.line("Host.Stop stop = host.run(1);");
    source.line("host.save(real);");
    source.line("save(virtual);");
    if (!pace.stores()) {
      undivided(false);
    }
    source.open("switch (stop.kind())");
    source.open("case RAN ->");
    spend();
    completed("virtual");
    source.line("routines.after();");
    if (!pace.moved().isEmpty()) {
      source.line("saveMoved(virtual);");
    }
    if (pace.stores()) {
      undivided(false);
    }
    source.line("return step(Kind.DIRECT);");
    source.close();
    source.open("case TRAPPED ->");
    source.line("host.tick();");
    if (installing.isPresent()) {
      source.open("if (isMiss(stop.cause()) && fills(virtual, routines))");
      source.line("return null;");
      source.close();
    }
    source.line("return settle(routines, routines.attempt(), Kind.EMULATED);");
    source.close();
    source.open("case INTERRUPTED ->");
    source.line("interrupted(stop.cause());");
    source.line("return null;");
    source.close();
    source.open("case HALTED ->");
    source.line("return stopped(\"the processor has been halted under the monitor\");");
    source.close();
    source.line("case STOPPED -> {}");
    source.close();
    source.line("return stopped(\"the processor cannot go on\");");
    source.close().blank();
    if (installing.isPresent()) {
      fills();
    }
    if (interprets) {
      source.doc("Whether the guest is interpreted: " + why() + ".");
      source.open("private static boolean interprets(Routines routines)");
      List<String> conditions = new ArrayList<>();
      plan.interpreted().forEach(m -> conditions.add("routines." + words.of(m) + "()"));
      Formulas formulas = new Formulas(words, "routines.s");
      region(formulas, "routines.s");
      plan.states().ifPresent(e -> conditions.add("(" + formulas.condition(e) + ")"));
      source.line("return " + String.join(" || ", conditions) + ";");
      source.close().blank();
      source.doc("Executes an instruction on the virtual state without having tried it.");
      source.open("private Step interpret(Routines routines)");
      source.line("Machine.Trap trap = routines.attempt();");
      source.line("host.tick();");
      if (plan.timer().isPresent()) {
        source.line("Cause cause = host.interrupt();");
        source.open("if (cause != null)");
        source.line("interrupted(cause);");
        source.close();
      }
      source.line("return settle(routines, trap, Kind.INTERPRETED);");
      source.close().blank();
    }
    source.open("private Step settle(Routines routines, Machine.Trap trap, Kind kind)");
    spend();
    completed("routines.s");
    source.open("if (trap == null)");
    source.line("routines.after();");
    source.line("return step(kind);");
    source.close();
    source.line("enter(routines, trap.cause, trap.arguments);");
    source.line("return new Step(Kind.REFLECTED, trap.cause, trap.arguments, \"\");");
    source.close().blank();
    source.doc("Reflection: the machine's own trap sequence, on the virtual state.");
    source.open(
        "private void enter(Routines routines, Cause cause, "
            + words.argumentType()
            + "... arguments)");
    source.line("routines.s.begin();");
    source.open("try");
    source.line("routines.enter(cause, arguments);");
    source.line("routines.after();");
    source.next("catch (Machine.Trap trap)");
    source.line("throw new Machine.Stopped(\"a trap in the trap sequence\");");
    source.close();
    source.line("host.tick();");
    source.close().blank();
    source.open("private static Step step(Kind kind)");
    source.line("return new Step(kind, null, new " + words.argumentType() + "[0], \"\");");
    source.close().blank();
    source.open("private static Step stopped(String reason)");
    source.line(
        "return new Step(Kind.STOPPED, null, new " + words.argumentType() + "[0], reason);");
    source.close();
  }

  private void fills() {
    List<String> misses =
        machine.traps().stream()
            .filter(t -> t.cause().kind() == Cause.Kind.MEMORY)
            .map(t -> "cause == " + words.of(t.cause()))
            .toList();
    source.doc("Whether the processor has found no way to a cell.");
    source.open("private static boolean isMiss(Cause cause)");
    source.line("return " + (misses.isEmpty() ? "false" : String.join(" || ", misses)) + ";");
    source.close().blank();
    source.doc(
        "Whether the processor trapped for want of a mapping only, which it has now, so that the"
            + " instruction is to be tried again.");
    source.open("private boolean fills(VirtualState virtual, Routines routines)");
    source.line("host.save(real);");
    source.line("Mappings.Reference missed = routines.missed(virtual.mappings);");
    source.open("if (missed == null)");
    source.line("return false;");
    source.close();
    source.line("boolean isFilled = virtual.mappings.fill(missed);");
    source.line("host.load(real);");
    source.line("return isFilled;");
    source.close().blank();
  }

  private void completed(String virtual) {
    if (installing.isPresent()) {
      source.line(virtual + ".mappings.completed();");
    }
  }

  /// Whether what is installed is another's once another guest has run.
  private boolean isSpoiled() {
    return installing.filter(Installing::inRegisters).isPresent();
  }

  private void region(Formulas formulas, String guest) {
    formulas.name(monitor.regionBase(), guest + ".regionBase");
    formulas.name(monitor.regionSize(), guest + ".regionSize");
    formulas.name(monitor.regionTables(), hasTables ? guest + ".regionTables" : "0");
  }

  /// Where no timer measures it, a step is taken off the time slice.
  private void spend() {
    if (plan.timer().isEmpty()) {
      source.line("left--;");
    }
  }

  private String why() {
    List<String> reasons = new ArrayList<>();
    if (!plan.interpreted().isEmpty()) {
      reasons.add(
          "in mode "
              + plan.interpreted().stream().map(Mode::name).collect(Collectors.joining(" or "))
              + ", since "
              + plan.why());
    }
    plan.states().ifPresent(e -> reasons.add("in states that have no real one, as the block says"));
    return String.join("; ", reasons);
  }

  private void undivided(boolean into) {
    for (Memory memory : machine.memories()) {
      if (!machine.isTranslated(memory)) {
        source.open("for (int i = 0; i < " + memory.count() + "; i++)");
        source.line(
            into
                ? "host." + words.of(memory) + "(i, virtual." + words.cells(memory) + "[i]);"
                : "virtual." + words.cells(memory) + "[i] = host." + words.of(memory) + "(i);");
        source.close();
      }
    }
  }

  // f.

  private void f() {
    source.blank();
    List<String> doc = new ArrayList<>();
    doc.add("The map f: puts the virtual state into the registers of the real machine.");
    doc.add("");
    doc.addAll(Origin.quoted(monitor.span(), monitor.span()));
    source.doc(doc);
    source.open("private void load(VirtualState virtual, Routines routines)");
    fields((r, i, f) -> !f.hasRole(Role.M) && !isVirtual(r, f), "real", "virtual", true);
    for (Monitor.Assignment a : monitor.run()) {
      source.line(assign(a, value(a)));
    }
    for (Monitor.Assignment a : monitor.shadow()) {
      source.line(assign(a, value(a)));
    }
    String or = "if";
    for (Plan.Way way : plan.ways()) {
      String condition = or + " (routines." + words.of(way.mode()) + "())";
      if (or.equals("if")) {
        source.open(condition);
      } else {
        source.next(condition);
      }
      way.real()
          .forEach((place, value) ->
              source.line(set(place.register(), place.index(), place.field(), value)));
      or = "else if";
    }
    if (!plan.ways().isEmpty()) {
      source.close();
    }
    source.close().blank();
    source.doc(
        "Takes back what is the program's own: what is E or P, and not virtual"
            + (pace.moved().isEmpty() ? "." : ", and what the machine does not move by itself."));
    source.open("private void save(VirtualState virtual)");
    fields((r, i, f) -> isPrograms(r, f) && !moves(r, i, f), "virtual", "real", false);
    source.close();
    if (!pace.moved().isEmpty()) {
      source.blank();
      source.doc(
          "Takes back what the machine moves by itself after each step, clocks above all: after a"
              + " step the real one has moved it already.");
      source.open("private void saveMoved(VirtualState virtual)");
      fields(this::moves, "virtual", "real", false);
      source.close();
    }
  }

  /// Whether a program has the field directly.
  private boolean isPrograms(Register register, Field field) {
    return (field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK))
        && field.fixed().isEmpty()
        && !isVirtual(register, field);
  }

  private boolean moves(Register register, int index, Field field) {
    return pace.moved().contains(new Selection.Part(register, index, field.high(), field.low()));
  }

  private interface Choice {
    boolean takes(Register register, int index, Field field);
  }

  private boolean isVirtual(Register register, Field field) {
    return Monitor.covers(monitor.virtual(), register, field)
        || Monitor.covers(monitor.configurable(), register, field);
  }

  private void fields(Choice choice, String to, String from, boolean sets) {
    for (Register register : machine.registers()) {
      List<Field> free = register.fields().stream().filter(f -> f.fixed().isEmpty()).toList();
      List<Field> chosen =
          free.stream()
              .filter(f ->
                  IntStream.range(0, register.count()).allMatch(i -> choice.takes(register, i, f)))
              .toList();
      String name = words.of(register);
      for (int i = 0; i < register.count(); i++) {
        for (Field field : free) {
          if (!chosen.contains(field) && choice.takes(register, i, field)) {
            element(register, i, field, to, from);
          }
        }
      }
      if (!chosen.isEmpty() && chosen.size() == free.size()) {
        source.line(
            register.isFile()
                ? "System.arraycopy("
                    + from
                    + "."
                    + name
                    + ", 0, "
                    + to
                    + "."
                    + name
                    + ", 0, "
                    + register.count()
                    + ");"
                : to + "." + name + " = " + from + "." + name + ";");
        continue;
      }
      for (Field field : chosen) {
        String own = words.of(register, field);
        if (register.isFile()) {
          source.open("for (int i = 0; i < " + register.count() + "; i++)");
          source.line(to + "." + own + "(i, " + from + "." + own + "(i));");
          source.close();
        } else if (!sets || !isForced(register, field)) {
          source.line(to + "." + own + "(" + from + "." + own + "());");
        }
      }
    }
  }

  private void element(Register register, int index, Field field, String to, String from) {
    String own = register.fields().size() == 1 ? words.of(register) : words.of(register, field);
    source.line(to + "." + own + "(" + index + ", " + from + "." + own + "(" + index + "));");
  }

  /// Whether `run` or `shadow` gives the whole of a field.
  private boolean isForced(Register register, Field field) {
    List<Monitor.Assignment> all = new ArrayList<>(monitor.run());
    all.addAll(monitor.shadow());
    return all.stream()
        .anyMatch(
            a -> a.register() == register && a.low() <= field.low() && field.high() <= a.high());
  }

  private String value(Monitor.Assignment a) {
    Formulas formulas = new Formulas(words, "virtual");
    region(formulas, "virtual");
    return field(a.register(), a.high(), a.low())
        .map(f -> formulas.valueFor(f, a.value()))
        .orElseGet(() -> formulas.value(a.value()));
  }

  private static Optional<Field> field(Register register, int high, int low) {
    return register.fields().stream().filter(f -> f.high() == high && f.low() == low).findFirst();
  }

  private String assign(Monitor.Assignment a, String value) {
    Register register = a.register();
    Optional<Field> field = field(register, a.high(), a.low());
    String index = register.isFile() ? a.index() + ", " : "";
    if (field.isPresent() && register.fields().size() > 1) {
      return "real." + words.of(register, field.get()) + "(" + index + value + ");";
    }
    String old = "real." + words.of(register) + (register.isFile() ? "(" + a.index() + ")" : "");
    String whole =
        a.low() == 0 && a.high() == register.width() - 1
            ? value
            : "with("
                + old
                + ", "
                + a.high()
                + ", "
                + a.low()
                + ", "
                + (Vocabulary.isWide(register.width()) && !Vocabulary.isWide(a.high() - a.low() + 1)
                    ? "wide(" + value + ")"
                    : value)
                + ")";
    return register.isFile()
        ? "real." + words.of(register) + "(" + index + whole + ");"
        : "real." + words.of(register) + " = " + whole + ";";
  }

  private String set(Register register, int index, Field field, Bits value) {
    return set(words, "real", register, index, field, value);
  }

  static String set(
      Vocabulary words, String of, Register register, int index, Field field, Bits value) {
    String text =
        field.type().flatMap(t -> words.enumerator(t, value)).orElseGet(() -> words.literal(value));
    return set(words, of, register, index, field, text);
  }

  static String set(
      Vocabulary words, String of, Register register, int index, Field field, String value) {
    String at = register.isFile() ? index + ", " : "";
    return register.fields().size() > 1
        ? of + "." + words.of(register, field) + "(" + at + value + ");"
        : register.isFile()
            ? of + "." + words.of(register) + "(" + at + value + ");"
            : of + "." + words.of(register) + " = " + value + ";";
  }

  // Time slices.

  private void slices() {
    source.blank();
    if (plan.timer().isEmpty()) {
      source.doc(
          "Begins a time slice of so many steps. No timer was found in the description, so they are"
              + " counted here; a program that never traps is stopped only because it runs step by"
              + " step.");
      source.open("public void slice(long steps)");
      source.line("left = steps;");
      source.close().blank();
      source.open("private boolean isSliceOver()");
      source.line("return left <= 0;");
      source.close().blank();
      source.open("private void interrupted(Cause cause)");
      source.note("No guest is concerned: answer the real devices here.");
      source.close();
      return;
    }
    Timer timer = plan.timer().get();
    String name =
        timer.register().elementName(timer.index())
            + (timer.register().fields().size() > 1 ? "." + timer.field().name() : "");
    source.doc(
        "Begins a time slice: the real "
            + name
            + " interrupts after so many steps, at most "
            + timer.most()
            + ".");
    source.open("public void slice(long steps)");
    source.line("isOver = false;");
    source.line("host.save(real);");
    source.line(
        set(
            words,
            "real",
            timer.register(),
            timer.index(),
            timer.field(),
            "Math.min(steps, " + timer.most() + ")"));
    source.line("host.load(real);");
    source.close().blank();
    source.open("private boolean isSliceOver()");
    source.line("return isOver;");
    source.close().blank();
    source.open("private void interrupted(Cause cause)");
    source.open("if (cause == " + words.of(timer.cause()) + ")");
    source.line("isOver = true;");
    source.close();
    source.note("Any other is for no guest: answer the real devices here.");
    source.close();
  }
}
