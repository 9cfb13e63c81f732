package trapline.emit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.classify.Classes;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Space;
import trapline.theorem.Analysis;

/// `Routines`: an interpreter routine for each instruction that may come to the monitor.
final class RoutinesFile {
  private final Vocabulary words;
  private final Machine machine;
  private final Analysis analysis;
  private final Property gap;
  private final Set<Instruction> interpreted;
  private final Optional<Installing> installing;
  private final Source source = new Source();

  private RoutinesFile(
      Vocabulary words,
      Analysis analysis,
      Property gap,
      Set<Instruction> interpreted,
      Optional<Installing> installing) {
    this.words = words;
    machine = words.machine;
    this.analysis = analysis;
    this.gap = gap;
    this.interpreted = interpreted;
    this.installing = installing;
  }

  static String of(
      Vocabulary words,
      Analysis analysis,
      Property gap,
      Set<Instruction> interpreted,
      Optional<Installing> installing) {
    return new RoutinesFile(words, analysis, gap, interpreted, installing).text();
  }

  private String text() {
    source.doc(
        "The interpreter: a routine for each instruction that may come to the monitor, named after"
            + " it. It does to the virtual state what the instruction does to the bare machine's, so"
            + " that an instruction that only trapped because its guest is deprived of its mode is"
            + " emulated, and a trap that the bare machine would have had too is found out.");
    source.open("final class Routines extends Machine");
    if (installing.isPresent()) {
      source.doc("The processor has no way for this reference.");
      source.open("private static final class Missed extends RuntimeException");
      source.line("private static final long serialVersionUID = 1L;");
      source.line("final transient Mappings.Reference reference;").blank();
      source.open("Missed(Mappings.Reference reference)");
      source.line("super(null, null, false, false);");
      source.line("this.reference = reference;");
      source.close().close().blank();
      source.doc("What is installed, while it is found out what the processor has missed.");
      source.line("private Mappings probed;").blank();
    }
    source.open("Routines(VirtualState s)");
    source.line("super(s);");
    source.close().blank();
    attempt();
    installing.ifPresent(i -> missed(i.space()));
    perform();
    dispatch();
    for (Instruction instruction : all()) {
      if (interpreted.contains(instruction)) {
        routine(instruction);
      }
    }
    source.close();
    return source.toString();
  }

  private List<Instruction> all() {
    List<Instruction> all = new ArrayList<>(machine.instructions());
    all.add(machine.reserved());
    return all;
  }

  private void attempt() {
    String word = Vocabulary.type(words.word().width());
    source.doc(
        "Executes the next instruction on the virtual state. Null if it completes; else its trap,"
            + " undone.");
    source.open("Trap attempt()");
    source.line("s.begin();");
    source.open("try");
    source.line(word + " word = fetch();");
    if (!machine.fetch().isPiecewise()) {
      source.line("advance(word);");
    }
    source.line("perform(word);");
    source.line("return null;");
    source.next("catch (Trap trap)");
    source.line("s.undo();");
    source.line("return trap;");
    source.close().close().blank();
  }

  /// What the real machine has missed is found out by following its references.
  private void missed(Space space) {
    source.doc(
        "The first reference of the next instruction that the guest's own translation has a way for,"
            + " and the processor has not; null if there is none. Nothing is done.");
    source.open("Mappings.Reference missed(Mappings installed)");
    source.line("probed = installed;");
    source.open("try");
    source.line("attempt();");
    source.line("return null;");
    source.next("catch (Missed missed)");
    source.line("return missed.reference;");
    source.next("finally");
    source.line("probed = null;");
    source.line("s.undo();");
    source.close().close().blank();
    Actions actions = new Actions(words, source, "s");
    List<Local> parameters = new ArrayList<>(List.of(space.address()));
    space.access().ifPresent(parameters::add);
    String name = words.of(space);
    source.line("@Override");
    source.open("long " + name + "(" + actions.parameters(parameters) + ")");
    String given =
        parameters.stream().map(p -> actions.formulas().name(p)).collect(Collectors.joining(", "));
    source.line("Mappings installed = probed;");
    source.line("probed = null;");
    source.line("long found = super." + name + "(" + given + ");");
    source.line("probed = installed;");
    source.open("if (installed != null)");
    source.line(
        "Mappings.Reference reference = new Mappings.Reference("
            + given
            + (space.access().isPresent() ? "" : ", 0")
            + ");");
    source.open("if (!installed.leads(reference))");
    source.line("throw new Missed(reference);");
    source.close().close();
    source.line("return found;");
    source.close().blank();
  }

  private void perform() {
    String word = Vocabulary.type(words.word().width());
    source.open("private void perform(" + word + " word)");
    if (all().stream().noneMatch(i -> Reasons.of(i).executes())) {
      source.line("dispatch(word);");
      source.close().blank();
      return;
    }
    source.open("for (int i = 0; i < 1 << 16; i++)");
    source.open("try");
    source.line("dispatch(word);");
    source.line("return;");
    source.next("catch (Execute next)");
    source.line("word = next.word;");
    source.close().close();
    source.line("throw new Stopped(\"does not end: `execute`\");");
    source.close().blank();
  }

  private void dispatch() {
    Local word = words.word();
    source.doc("Finds the instruction that a word encodes.");
    source.open("private void dispatch(" + Vocabulary.type(word.width()) + " word)");
    for (Instruction instruction : machine.instructions()) {
      for (Encoding encoding : instruction.encodings()) {
        source.open("if (" + matches(words, instruction, encoding) + ")");
        source.line(
            interpreted.contains(instruction)
                ? words.of(instruction) + "(" + arguments(instruction, encoding) + ");"
                : "throw new Stopped("
                    + Actions.quoted(instruction.name() + " runs directly and cannot trap")
                    + ");");
        if (interpreted.contains(instruction)) {
          source.line("return;");
        }
        source.close();
      }
    }
    source.line(words.of(machine.reserved()) + "(word);");
    source.close();
    for (Instruction instruction : machine.instructions()) {
      for (Encoding encoding : instruction.encodings()) {
        if (encoding.condition().isPresent()) {
          test(instruction, encoding);
        }
      }
    }
  }

  private void test(Instruction instruction, Encoding encoding) {
    Actions actions = new Actions(words, source, "s");
    source.blank();
    source.open(
        "static boolean "
            + words.test(instruction, encoding)
            + "("
            + actions.parameters(List.of(words.word()))
            + ")");
    Set<Local> used = new HashSet<>();
    Walk.reads(encoding.condition().orElseThrow(), used::add);
    operands(encoding, used, actions);
    source.line("return " + actions.formulas().condition(encoding.condition().orElseThrow()) + ";");
    source.close();
  }

  /// Whether `word` is encoded so.
  static String matches(Vocabulary words, Instruction instruction, Encoding encoding) {
    String constants = constants(words, encoding.mask(), encoding.match());
    return encoding.condition().isPresent()
        ? constants + " && Routines." + words.test(instruction, encoding) + "(word)"
        : constants;
  }

  static String constants(Vocabulary words, Bits mask, Bits match) {
    if (mask.isZero()) {
      return "true";
    }
    return Vocabulary.isWide(mask.width())
        ? "word.and(" + words.literal(mask) + ").equals(" + words.literal(match) + ")"
        : "(word & " + words.code(mask) + ") == " + words.code(match);
  }

  /// An instruction that has several encodings is given its operands; another finds them itself.
  private boolean isGiven(Instruction instruction) {
    return instruction != machine.reserved() && instruction.encodings().size() > 1;
  }

  private String arguments(Instruction instruction, Encoding encoding) {
    List<String> arguments = new ArrayList<>(List.of("word"));
    if (isGiven(instruction)) {
      Formulas formulas = new Formulas(words, "s");
      formulas.name(words.word(), "word");
      for (Encoding.Operand operand : encoding.operands()) {
        arguments.add(formulas.value(decoding(operand, words.word())));
      }
    }
    return String.join(", ", arguments);
  }

  private void routine(Instruction instruction) {
    Reasons reasons = Reasons.of(instruction);
    List<String> doc = new ArrayList<>(Origin.paragraphs(instruction.doc().lines().toList()));
    if (!doc.isEmpty()) {
      doc.add("");
    }
    doc.addAll(Origin.quoted(instruction.span(), instruction.body().span()));
    doc.add("");
    doc.add("Source: " + Origin.place(instruction.span()) + ".");
    doc.add("");
    rows(instruction).forEach(doc::add);
    if (reasons.traps()) {
      doc.add("Why it comes here:");
      doc.addAll(reasons.whyItTraps());
    } else {
      doc.add("It does not trap by itself: it comes here when its fetch trapped, or interpreted.");
    }
    doc.add("What it does to the virtual state: " + effect(instruction, reasons) + ".");
    source.blank().doc(doc);
    Actions actions = new Actions(words, source, "s");
    List<Local> parameters = new ArrayList<>(List.of(words.word()));
    if (isGiven(instruction)) {
      instruction.encoding().operands().forEach(o -> parameters.add(o.local()));
    }
    source.open("void " + words.of(instruction) + "(" + actions.parameters(parameters) + ")");
    Set<Local> used = new HashSet<>();
    Walk.statements(
        instruction.body(), s -> s.expressions().forEach(e -> Walk.reads(e, used::add)));
    if (!isGiven(instruction)) {
      operands(instruction.encoding(), used, actions);
    }
    actions.body(instruction.body());
    source.close();
  }

  private String effect(Instruction instruction, Reasons reasons) {
    List<Classes> rows =
        analysis.rows().stream().filter(c -> c.instruction() == instruction).toList();
    if (rows.stream().allMatch(c -> c.finding(Property.TRAPS_ALWAYS).isHolds())) {
      return "nothing: its trap is the guest's own, and is reflected";
    }
    return reasons.whatItDoes()
        + (rows.stream().allMatch(c -> c.finding(Property.PRIVILEGED).isHolds())
            ? "; from virtual user mode nothing, since there its trap is reflected"
            : "");
  }

  /// What was found out about each row, rows of one kind together.
  private List<String> rows(Instruction instruction) {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    for (Classes classes : analysis.rows()) {
      if (classes.instruction() == instruction) {
        kinds
            .computeIfAbsent(Reasons.row(classes, gap), k -> new ArrayList<>())
            .add(classes.row().name());
      }
    }
    List<String> lines = new ArrayList<>();
    kinds.forEach((kind, rows) ->
        lines.add(
            kinds.size() == 1
                ? "Class: " + kind + "."
                : "Class of " + String.join(", ", rows) + ": " + kind + "."));
    return lines;
  }

  private void operands(Encoding encoding, Set<Local> used, Actions actions) {
    for (Encoding.Operand operand : encoding.operands()) {
      if (operand.local() == words.word() || !used.contains(operand.local())) {
        continue;
      }
      String value = actions.formulas().value(decoding(operand, words.word()));
      source.line(
          Vocabulary.type(operand.local().width())
              + " "
              + actions.parameter(operand.local())
              + " = "
              + value
              + ";");
    }
  }

  /// The value of an operand as an expression over the word.
  private static Expr decoding(Encoding.Operand operand, Local word) {
    List<Encoding.Piece> pieces = new ArrayList<>(operand.pieces());
    pieces.sort(Comparator.comparingInt(Encoding.Piece::low));
    Expr value = new Expr.Constant(Bits.zero(1));
    int filled = 0;
    for (Encoding.Piece piece : pieces) {
      Expr bits = new Expr.Extract(word, piece.at() + piece.width() - 1, piece.at());
      if (bits.width() == word.width()) {
        bits = word;
      }
      if (piece.low() > filled) {
        Expr gap = new Expr.Constant(Bits.zero(piece.low() - filled));
        value = filled == 0 ? gap : new Expr.Concat(gap, value);
        filled = piece.low();
      }
      value = filled == 0 ? bits : new Expr.Concat(bits, value);
      filled = piece.low() + piece.width();
    }
    int width = operand.local().width();
    if (filled == 0) {
      return new Expr.Constant(Bits.zero(width));
    }
    return filled == width ? value : new Expr.Extend(value, width, false);
  }
}
