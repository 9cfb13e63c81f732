package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Encoding;
import trapline.isa.Fetch;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TrapEntry;
import trapline.isa.TrapLine;

/// `Machine`: what the described machine does by itself in every step, on a virtual state.
final class MachineFile {
  private final Vocabulary words;
  private final Machine machine;
  private final List<Instruction> instructions;
  private final Optional<Installing> installing;
  private final Source source = new Source();

  private MachineFile(
      Vocabulary words, List<Instruction> instructions, Optional<Installing> installing) {
    this.words = words;
    machine = words.machine;
    this.instructions = instructions;
    this.installing = installing;
  }

  /// With the functions that these instructions need.
  static String of(
      Vocabulary words, List<Instruction> instructions, Optional<Installing> installing) {
    return new MachineFile(words, instructions, installing).text();
  }

  private String text() {
    String argument = words.argumentType();
    source.doc(
        "What "
            + machine.name()
            + " does by itself, on a virtual state: fetch, translation, traps,"
            + " interrupts, and what happens after each step.");
    source.open("class Machine");
    source.doc("A trap of the virtual machine; its trap sequence has not run.");
    source.open("static final class Trap extends RuntimeException");
    source.line("private static final long serialVersionUID = 1L;");
    source.line("final Cause cause;");
    source.line("final transient " + argument + "[] arguments;").blank();
    source.open("Trap(Cause cause, " + argument + "... arguments)");
    source.line("super(cause.name(), null, false, false);");
    source.line("this.cause = cause;");
    source.line("this.arguments = arguments;");
    source.close().close().blank();
    source.doc(
        "The description makes no promise, or the guest reaches for more than it was given.");
    source.open("static final class Stopped extends RuntimeException");
    source.line("private static final long serialVersionUID = 1L;").blank();
    source.open("Stopped(String reason)");
    source.line("super(reason, null, false, false);");
    source.close().close().blank();
    source.doc("An instruction goes on as another.");
    source.open("static final class Execute extends RuntimeException");
    source.line("private static final long serialVersionUID = 1L;");
    String word = Vocabulary.type(words.word().width());
    source.line("final transient " + word + " word;").blank();
    source.open("Execute(" + word + " word)");
    source.line("super(null, null, false, false);");
    source.line("this.word = word;");
    source.close().close().blank();
    accesses();
    source.line("final VirtualState s;").blank();
    source.open("Machine(VirtualState s)");
    source.line("this.s = s;");
    source.close().blank();
    source.open("static int index(long i, long count, String of)");
    source.open("if (Long.compareUnsigned(i, count) >= 0)");
    source.line(
        "throw new Stopped(\"index \" + Long.toUnsignedString(i) + \" is out of range of `\" + of + \"`\");");
    source.close();
    source.line("return (int) i;");
    source.close();
    if (Unspecified.hasAny(machine)) {
      another();
    }
    fetch();
    machine.spaces().forEach(this::space);
    traps();
    interrupts();
    block(
        "What the machine does after each step.", List.of(), "final void after()", machine.after());
    for (Mode mode : machine.modes()) {
      source.blank().doc("Whether the machine is in mode " + mode.name() + ".");
      source.open("final boolean " + words.of(mode) + "()");
      source.line("return " + new Formulas(words, "s").condition(mode.holds()) + ";");
      source.close();
    }
    List<Statement.Block> users = new ArrayList<>();
    instructions.forEach(i -> users.add(i.body()));
    users.addAll(List.of(machine.fetch().read(), machine.fetch().advance(), machine.after()));
    machine.traps().forEach(t -> users.add(t.acknowledge()));
    words.entries().forEach(e -> users.add(e.body()));
    machine.spaces().forEach(s -> users.add(s.body()));
    installing.ifPresent(i -> users.addAll(i.blocks()));
    for (Function function : Unspecified.calledBy(users)) {
      function(function);
    }
    source.close();
    return source.toString();
  }

  private void accesses() {
    for (Space space : machine.spaces()) {
      if (space.access().isPresent()) {
        Local access = space.access().get();
        for (Map.Entry<Access, Bits> e : space.accessValues().entrySet()) {
          source.line(
              "static final "
                  + Vocabulary.type(access.width())
                  + " "
                  + words.of(space, e.getKey())
                  + " = "
                  + words.literal(e.getValue())
                  + ";");
        }
        source.blank();
      }
    }
  }

  private void another() {
    source.lines(
        """

        /// The next value to try for an `any`.
        static long another(long value, int width) {
          if (value == (width < 16 ? (1L << width) - 1 : 1 << 16)) {
            throw new Stopped("no value found that satisfies the constraint of an `any`");
          }
          return value + 1;
        }
        """);
  }

  private void fetch() {
    Fetch fetch = machine.fetch();
    Local unit = fetch.unit();
    source
        .blank()
        .doc(
            fetch.isPiecewise()
                ? "Brings a unit of an instruction."
                : "Brings the next instruction.")
        .doc("");
    source.doc(Origin.quoted(fetch.read().span(), fetch.advance().span()));
    source.open(
        "final "
            + Vocabulary.type(unit.width())
            + (fetch.isPiecewise() ? " fetchUnit()" : " fetch()"));
    Actions actions = new Actions(words, source, "s");
    actions.beforehand(unit, fetch.read());
    actions.body(fetch.read());
    source.line("return " + actions.formulas().name(unit) + ";");
    source.close();
    source.blank().doc("Moves the program counter on.");
    actions = new Actions(words, source, "s");
    source.open("final void advance(" + actions.parameters(List.of(fetch.word())) + ")");
    actions.body(fetch.advance());
    source.close();
    if (fetch.isPiecewise()) {
      pieces(fetch);
    }
  }

  /// Instructions of several lengths.
  private void pieces(Fetch fetch) {
    int width = fetch.word().width();
    int unit = fetch.unit().width();
    boolean wide = Vocabulary.isWide(width);
    String type = Vocabulary.type(width);
    source
        .blank()
        .doc(
            "Brings the next instruction, unit by unit, and moves the program counter on with each."
                + " The first unit is in the high bits, and zeros are behind the last.");
    source.open("final " + type + " fetch()");
    source.line(type + " word = " + (wide ? "BigInteger.ZERO" : "0") + ";");
    source.open("for (int units = 1; ; units++)");
    String read = wide && !Vocabulary.isWide(unit) ? "wide(fetchUnit())" : "fetchUnit()";
    String at = width + " - units * " + unit;
    source.line(
        wide
            ? "word = word.or(" + read + ".shiftLeft(" + at + "));"
            : "word |= " + read + " << " + at + ";");
    source.line("advance(word);");
    source.open("if (!goesOn(word, units))");
    source.line("return word;");
    source.close().close().close();
    source.blank().doc("Whether an instruction goes on behind so many units of a word.");
    source.open("private static boolean goesOn(" + type + " word, int units)");
    source.open("switch (units)");
    for (int units = 1; units < fetch.most(); units++) {
      source.open("case " + units + " ->");
      goesOn(units * unit, width);
      source.close();
    }
    source.open("default ->");
    source.line("return false;");
    source.close().close().close();
  }

  private void goesOn(int bits, int width) {
    Bits seen = Bits.ones(bits).concat(Bits.zero(width - bits));
    Set<String> ends = new LinkedHashSet<>();
    Set<String> goesOn = new LinkedHashSet<>();
    for (Instruction instruction : machine.instructions()) {
      for (Encoding encoding : instruction.encodings()) {
        if (encoding.length() == bits) {
          ends.add(RoutinesFile.matches(words, instruction, encoding));
        } else if (encoding.length() > bits) {
          String begins =
              RoutinesFile.constants(words, encoding.mask().and(seen), encoding.match().and(seen));
          goesOn.add(
              encoding.condition().isPresent() && encoding.decided() <= bits
                  ? begins + " && Routines." + words.test(instruction, encoding) + "(word)"
                  : begins);
        }
      }
    }
    for (String end : ends) {
      source.open("if (" + end + ")");
      source.line("return false;");
      source.close();
    }
    for (String way : goesOn) {
      source.open("if (" + way + ")");
      source.line("return true;");
      source.close();
    }
    source.line("return false;");
  }

  private void space(Space space) {
    List<Local> parameters = new ArrayList<>(List.of(space.address()));
    space.access().ifPresent(parameters::add);
    source.blank().doc(Origin.doc(space.span()));
    source.doc("The physical index in " + space.memory().name() + ", or a trap.");
    Actions actions = new Actions(words, source, "s");
    source.open(
        (installing.isEmpty() ? "final long " : "long ")
            + words.of(space)
            + "("
            + actions.parameters(parameters)
            + ")");
    actions.result(space.memory().indexWidth());
    actions.body(space.body());
    source.close();
  }

  private void function(Function function) {
    block(
        null,
        Origin.doc(function.span()),
        null,
        function.body(),
        function.parameters(),
        function.width().isPresent() ? Optional.of(function.width().getAsInt()) : Optional.empty(),
        words.of(function));
  }

  private void block(
      @org.jspecify.annotations.Nullable String what,
      List<String> doc,
      @org.jspecify.annotations.Nullable String signature,
      Statement.Block body,
      List<Local> parameters,
      Optional<Integer> width,
      String name) {
    source.blank().doc(doc);
    if (what != null) {
      source.doc(what);
    }
    Actions actions = new Actions(words, source, "s");
    source.open(
        signature != null
            ? signature
            : "final "
                + width.map(Vocabulary::type).orElse("void")
                + " "
                + name
                + "("
                + actions.parameters(parameters)
                + ")");
    width.ifPresent(actions::result);
    actions.body(body);
    if (width.isPresent() && !Walk.ends(body)) {
      source.line("throw new IllegalStateException();");
    }
    source.close();
  }

  private void block(String what, List<String> doc, String signature, Statement.Block body) {
    block(what, doc, signature, body, List.of(), Optional.empty(), "");
  }

  private void traps() {
    String argument = words.argumentType();
    source.blank().doc("The machine's own trap sequence.");
    source.open("final void enter(Cause cause, " + argument + "... arguments)");
    source.open("switch (cause)");
    for (TrapLine line : machine.traps()) {
      List<String> arguments = new ArrayList<>();
      List<Local> parameters = line.entry().parameters();
      int given = line.cause().parameters().size();
      for (int i = 0; i < parameters.size(); i++) {
        int width = parameters.get(i).width();
        arguments.add(
            i == 0
                ? literal(
                    line.cause().code().zext(Math.max(width, line.cause().code().width())), width)
                : i <= given
                    ? argument("arguments[" + (i - 1) + "]", width)
                    : Vocabulary.isWide(width) ? "BigInteger.ZERO" : "0");
      }
      source.line(
          "case "
              + Names.identifier(line.cause().name())
              + " -> "
              + words.of(line.entry())
              + "("
              + String.join(", ", arguments)
              + ");");
    }
    source.close().close();
    for (TrapEntry entry : words.entries()) {
      source.blank().doc(Origin.doc(entry.span()));
      Actions actions = new Actions(words, source, "s");
      source.open(
          "private void " + words.of(entry) + "(" + actions.parameters(entry.parameters()) + ")");
      actions.body(entry.body());
      source.close();
    }
  }

  private String literal(Bits value, int width) {
    return words.literal(value.extract(width - 1, 0));
  }

  private String argument(String text, int width) {
    return words.hasWideArguments() && !Vocabulary.isWide(width) ? text + ".longValue()" : text;
  }

  private void interrupts() {
    source.blank().doc("The first interrupt that is due; null if none is.");
    source.open("final Cause due()");
    for (TrapLine line : machine.traps()) {
      if (line.when().isPresent()) {
        source.open("if (" + new Formulas(words, "s").condition(line.when().get()) + ")");
        source.line("return " + words.of(line.cause()) + ";");
        source.close();
      }
    }
    source.line("return null;");
    source.close();
    source.blank().doc("What taking an interrupt does before the trap sequence.");
    source.open("final void acknowledge(Cause cause)");
    List<TrapLine> acknowledged =
        machine.traps().stream().filter(t -> !t.acknowledge().statements().isEmpty()).toList();
    for (TrapLine line : acknowledged) {
      source.open("if (cause == " + words.of(line.cause()) + ")");
      source.line(words.acknowledgement(line.cause()) + "();");
      source.close();
    }
    source.close();
    for (TrapLine line : acknowledged) {
      source.blank();
      source.open("private void " + words.acknowledgement(line.cause()) + "()");
      new Actions(words, source, "s").body(line.acknowledge());
      source.close();
    }
  }
}
