package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.isa.EnumType;
import trapline.isa.Field;
import trapline.isa.Register;
import trapline.isa.Role;

/// `Registers`: a set of registers, the guest's or the processor's, each under its own name.
final class RegistersFile {
  private final Vocabulary words;
  private final Source source = new Source();

  private RegistersFile(Vocabulary words) {
    this.words = words;
  }

  static String of(Vocabulary words) {
    return new RegistersFile(words).text();
  }

  private String text() {
    source.doc(
        "The registers of "
            + words.machine.name()
            + ": of the processor, or of a virtual machine. Each holds an unsigned number, after"
            + " reset at first. The letter is the role: E what any program may use, M the mode, P the"
            + " program counter, R what decides which resources a program has.");
    source.open("public class Registers");
    enumerators();
    for (Register register : words.machine.registers()) {
      declare(register);
    }
    for (Register register : words.machine.registers()) {
      accessors(register);
    }
    copy();
    source.close();
    return source.toString();
  }

  private void enumerators() {
    Map<String, EnumType> types = new LinkedHashMap<>();
    for (Register register : words.machine.registers()) {
      for (Field field : register.fields()) {
        field.type().ifPresent(t -> types.putIfAbsent(t.name(), t));
      }
    }
    for (EnumType type : types.values()) {
      for (Map.Entry<String, Bits> e : type.values().entrySet()) {
        String name = words.enumerator(type, e.getValue()).orElseThrow();
        if (type.nameOf(e.getValue()).filter(n -> n.equals(e.getKey())).isPresent()) {
          source.line(
              "static final "
                  + Vocabulary.type(type.width())
                  + " "
                  + name
                  + " = "
                  + words.literal(e.getValue())
                  + ";");
        }
      }
      source.blank();
    }
  }

  private void declare(Register register) {
    String type = Vocabulary.type(register.width());
    String name = words.of(register);
    List<String> doc = new ArrayList<>(Origin.doc(register.span()));
    doc.add(register.width() + " bits: " + layout(register));
    source.doc(doc);
    if (register.isFile()) {
      source.line(
          "public final " + type + "[] " + name + " = new " + type + "[" + register.count() + "];");
      if (!register.reset().isZero() || Vocabulary.isWide(register.width())) {
        source.blank();
        source.open("");
        source.line(
            "java.util.Arrays.fill(" + name + ", " + words.literal(register.reset()) + ");");
        source.close();
      }
    } else {
      source.line("public " + type + " " + name + " = " + words.literal(register.reset()) + ";");
    }
    source.blank();
  }

  private static String layout(Register register) {
    if (register.fields().size() == 1) {
      return register.fields().getFirst().role().map(Role::word).orElse("fixed");
    }
    return register.fields().stream()
        .map(f ->
            (f.fixed().isPresent() ? "fixed" : f.name())
                + " "
                + (f.width() == 1 ? "" + f.high() : f.high() + ".." + f.low())
                + f.role().map(r -> " (" + r.word() + ")").orElse(""))
        .collect(Collectors.joining(", "));
  }

  private void accessors(Register register) {
    String name = words.of(register);
    String type = Vocabulary.type(register.width());
    String cell = register.isFile() ? name + "[" + at(register) + "]" : name;
    String index = register.isFile() ? "long i" : "";
    String more = register.isFile() ? "long i, " : "";
    if (register.isFile()) {
      source.open("final " + type + " " + name + "(long i)");
      source.line("return " + cell + ";").close().blank();
      source.open("final void " + name + "(long i, " + type + " value)");
      source.line(cell + " = value;").close().blank();
    }
    for (Field field : Vocabulary.fields(register)) {
      String own = words.of(register, field);
      String ofField = Vocabulary.type(field.width());
      String get = Vocabulary.isWide(field.width()) ? "wideBits" : "bits";
      String part =
          Vocabulary.isWide(register.width()) && !Vocabulary.isWide(field.width())
              ? "wide(value)"
              : "value";
      source.open("final " + ofField + " " + own + "(" + index + ")");
      source.line("return " + get + "(" + cell + ", " + field.high() + ", " + field.low() + ");");
      source.close().blank();
      source.open("final void " + own + "(" + more + ofField + " value)");
      source.line(
          cell + " = with(" + cell + ", " + field.high() + ", " + field.low() + ", " + part + ");");
      source.close().blank();
    }
  }

  /// The index as Java takes it; checked where there are indices that name no element.
  private static String at(Register register) {
    return "Machine.index(i, " + register.count() + ", " + Actions.quoted(register.name()) + ")";
  }

  private void copy() {
    source.doc("Makes these the same as those.");
    source.open("final void take(Registers that)");
    for (Register register : words.machine.registers()) {
      String name = words.of(register);
      source.line(
          register.isFile()
              ? "System.arraycopy(that." + name + ", 0, " + name + ", 0, " + register.count() + ");"
              : name + " = that." + name + ";");
    }
    source.close();
  }
}
