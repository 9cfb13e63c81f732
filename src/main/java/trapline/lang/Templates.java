package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Bank;
import trapline.isa.Register;
import trapline.isa.Template;

/// Reads assembly templates: `"ld {a:r}, {imm:s}({b:r})"`.
///
/// After the colon stands a register file, bank, enum or operand kind, else `s` signed, `u`
/// unsigned, `x` hexadecimal, `o` octal, `label`, `rel(k)`, `next(k)`. Without a style, an operand
/// of a kind or enum prints by it, any other as an unsigned number. Every operand is printed
/// exactly once.
final class Templates {
  private static final Pattern SLOT = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern RELATIVE =
      Pattern.compile("rel\\(\\s*([0-9]{1,6})\\s*(?:,\\s*([0-9]{1,6})\\s*)?\\)|rel");
  private static final Pattern NEXT = Pattern.compile("next(?:\\(\\s*([1-9][0-9]{0,5})\\s*\\))?");
  private static final Pattern LABEL = Pattern.compile("label(?:\\(\\s*([1-9][0-9]{0,5})\\s*\\))?");

  private Templates() {}

  static Template parse(Draft draft, Syntax.Text text, Map<String, Meaning.Variable> operands) {
    int before = draft.problems.errors();
    List<Template.Part> parts = new ArrayList<>();
    Set<String> printed = new LinkedHashSet<>();
    String s = text.text();
    Matcher m = SLOT.matcher(s);
    int end = 0;
    while (m.find()) {
      literal(draft, text, s.substring(end, m.start()), parts);
      end = m.end();
      slot(draft, text, m.start(1), m.group(1), operands, printed).ifPresent(parts::add);
    }
    literal(draft, text, s.substring(end), parts);
    for (Map.Entry<String, Meaning.Variable> o : operands.entrySet()) {
      if (!printed.contains(o.getKey()) && draft.problems.errors() == before) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.OPERAND_NOT_PRINTED,
                    "the template does not print operand `" + o.getKey() + "`",
                    text.span(),
                    "no `{" + o.getKey() + "}`")
                .with(o.getValue().span(), "operand of the pattern")
                .help("print it, or make its bits constant or ignored"));
      }
    }
    return new Template(parts);
  }

  private static void literal(Draft draft, Syntax.Text text, String s, List<Template.Part> parts) {
    if (s.indexOf('{') >= 0 || s.indexOf('}') >= 0) {
      draft.problems.report(
          Diagnostic.of(
                  EncodingMistake.BAD_TEMPLATE,
                  "a brace without its partner",
                  text.span(),
                  "in this template")
              .help("a slot is written `{operand}` or `{operand:style}`"));
    } else if (!s.isEmpty()) {
      parts.add(new Template.Text(s));
    }
  }

  private static Optional<Template.Part> slot(
      Draft draft,
      Syntax.Text text,
      int start,
      String slot,
      Map<String, Meaning.Variable> operands,
      Set<String> printed) {
    int colon = slot.indexOf(':');
    String name = (colon < 0 ? slot : slot.substring(0, colon)).strip();
    Meaning.Variable operand = operands.get(name);
    if (operand == null) {
      draft.problems.report(
          Diagnostic.of(
                  EncodingMistake.UNKNOWN_OPERAND,
                  "there is no operand `" + name + "`",
                  text.span(),
                  "`{" + slot + "}`")
              .help(Spelling.advice(name, operands.keySet(), "the pattern has no operands")));
      return Optional.empty();
    }
    draft.glossary.mention(within(text, start + slot.indexOf(name), name), operand);
    if (!printed.add(name)) {
      draft.problems.report(
          Diagnostic.of(
              EncodingMistake.BAD_TEMPLATE,
              "operand `" + name + "` is printed twice",
              text.span(),
              "`{" + slot + "}` again"));
      return Optional.empty();
    }
    Optional<Template.Style> style =
        colon < 0
            ? Optional.of(preset(operand.type()))
            : style(draft, text, start + colon + 1, slot.substring(colon + 1));
    return style.map(st -> new Template.Slot(operand.local(), st));
  }

  private static int number(@Nullable String text, int otherwise) {
    return text == null ? otherwise : Integer.parseInt(text);
  }

  private static Template.Style preset(Type type) {
    return switch (type) {
      case Type.OfKind(Kind kind) -> new Template.Style.Kind(kind.model());
      case Type.Enumeration(var e, var _) -> new Template.Style.EnumName(e);
      case Type.Vector(int _, boolean signed) when signed -> new Template.Style.Signed();
      case Type.Vector _, Type.Truth _, Type.View _, Type.Poison _ ->
          new Template.Style.Unsigned(10);
    };
  }

  /// The name at an offset of a text, where it stands; the whole text if escapes stand before it.
  private static Syntax.Name within(Syntax.Text text, int offset, String name) {
    Span span = text.span();
    int start = span.start() + 1 + offset;
    boolean isThere = span.file().text().startsWith(name, start);
    return new Syntax.Name(
        name, isThere ? new Span(span.file(), start, start + name.length()) : span);
  }

  private static Optional<Template.Style> style(
      Draft draft, Syntax.Text text, int start, String slot) {
    String style = slot.strip();
    if (draft.isDeclared(style)) {
      Optional<Meaning> meaning = draft.lookup(within(text, start + slot.indexOf(style), style));
      if (meaning.isPresent()) {
        switch (meaning.get()) {
          case Meaning.State(Register r, var _, var _, Span _) when r.isFile() -> {
            return Optional.of(new Template.Style.RegisterName(r));
          }
          case Meaning.Banked(Banks.Numbered b, Span _) -> {
            return Optional.of(
                new Template.Style.BankEntry(new Bank(b.name(), b.indexWidth(), b.numbers())));
          }
          case Meaning.TypeName(Type.Enumeration(var e, var _), Span _) -> {
            return Optional.of(new Template.Style.EnumName(e));
          }
          case Meaning.OperandKindName(Kind k, Span _) -> {
            return Optional.of(new Template.Style.Kind(k.model()));
          }
          default -> {}
        }
      }
    }
    Matcher relative = RELATIVE.matcher(style);
    if (relative.matches()) {
      return Optional.of(
          new Template.Style.Relative(
              number(relative.group(1), 1), number(relative.group(2), 0), false));
    }
    Matcher behind = NEXT.matcher(style);
    if (behind.matches()) {
      return Optional.of(new Template.Style.Relative(number(behind.group(1), 1), 0, true));
    }
    Matcher label = LABEL.matcher(style);
    if (label.matches()) {
      return Optional.of(new Template.Style.Label(number(label.group(1), 1)));
    }
    return switch (style) {
      case "s" -> Optional.of(new Template.Style.Signed());
      case "u" -> Optional.of(new Template.Style.Unsigned(10));
      case "x" -> Optional.of(new Template.Style.Unsigned(16));
      case "o" -> Optional.of(new Template.Style.Unsigned(8));
      default -> {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.UNKNOWN_STYLE,
                    "there is no way to print `" + style + "`",
                    text.span(),
                    "`:" + style + "`")
                .help(
                    "the styles are `s`, `u`, `x`, `o`, `label`, `label(k)`, `rel(k)`, `rel(k, n)`, `next(k)`, and the names of register files, banks, enums and operand kinds"));
        yield Optional.empty();
      }
    };
  }
}
