package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Template;

/// Divides an instruction into the rows that are classified one by one.
///
///     split by a small operand      a row per value              jrst 1
///     split by an enum              a row per enumerator         setm User
///     split by an operand kind      a row per alternative        movei     (the mnemonic, where it is part of it)
///     split by a bank's number      a row per entry, and `else`  csrrw satp, csrrw else
///
/// Rows that the decode condition rules out are left out.
final class Rows {
  private static final int MAX_VALUE_BITS = 8;
  private static final int MAX_ROWS = 2048;

  private Rows() {}

  /// One way to fix one operand.
  private record Choice(String text, Optional<Bits> value, Expr condition) {}

  static List<Instruction.Row> of(
      Draft draft,
      Syntax.Item.Instruction item,
      Encoding encoding,
      Map<String, Meaning.Variable> operands) {
    List<Instruction.Row> whole =
        List.of(new Instruction.Row(item.name().text(), Map.of(), Optional.empty()));
    if (item.split().isEmpty()) {
      return whole;
    }
    Map<Local, List<Choice>> choices = new LinkedHashMap<>();
    long count = 1;
    for (Syntax.Name name : item.split()) {
      Meaning.Variable operand = operands.get(name.text());
      if (operand == null) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.UNKNOWN_OPERAND,
                    "there is no operand `" + name.text() + "` to split by",
                    name.span(),
                    "not an operand")
                .with(item.patternSpan(), "the pattern")
                .help(
                    Spelling.advice(
                        name.text(), operands.keySet(), "the pattern has no operands")));
        return whole;
      }
      draft.glossary.mention(name, operand);
      if (choices.containsKey(operand.local())) {
        continue;
      }
      List<Choice> ways = ways(operand, style(encoding.template(), operand.local()));
      count *= ways.size();
      if (ways.isEmpty() || count > MAX_ROWS) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.BAD_SPLIT,
                    ways.isEmpty()
                        ? "operand `" + name.text() + "` has too many values to split by"
                        : "the split has more than " + MAX_ROWS + " rows",
                    name.span(),
                    operand.local().width() + " bits")
                .help(
                    "split by an operand of at most "
                        + MAX_VALUE_BITS
                        + " bits, an enum, an operand kind, or a bank's number"));
        return whole;
      }
      choices.put(operand.local(), ways);
    }
    List<Map<Local, Choice>> products = new ArrayList<>(List.of(Map.of()));
    for (Map.Entry<Local, List<Choice>> e : choices.entrySet()) {
      List<Map<Local, Choice>> next = new ArrayList<>();
      for (Map<Local, Choice> so : products) {
        for (Choice c : e.getValue()) {
          Map<Local, Choice> more = new LinkedHashMap<>(so);
          more.put(e.getKey(), c);
          next.add(more);
        }
      }
      products = next;
    }
    List<Instruction.Row> rows = new ArrayList<>();
    for (Map<Local, Choice> p : products) {
      row(item.name().text(), encoding, p).ifPresent(rows::add);
    }
    return rows.isEmpty() ? whole : rows;
  }

  private static Optional<Instruction.Row> row(
      String name, Encoding encoding, Map<Local, Choice> choice) {
    Map<Local, Bits> fixed = new LinkedHashMap<>();
    Map<Local, Expr> constants = new LinkedHashMap<>();
    Expr condition = Fold.TRUE;
    for (Map.Entry<Local, Choice> e : choice.entrySet()) {
      if (e.getValue().value.isPresent()) {
        fixed.put(e.getKey(), e.getValue().value.get());
        constants.put(e.getKey(), new Expr.Constant(e.getValue().value.get()));
      } else {
        condition = Fold.and(condition, e.getValue().condition);
      }
    }
    if (encoding.condition().map(c -> Fold.isFalse(Words.substitute(c, constants))).orElse(false)) {
      return Optional.empty();
    }
    return Optional.of(
        new Instruction.Row(
            name(name, encoding.template(), choice),
            fixed,
            Fold.isTrue(condition) ? Optional.empty() : Optional.of(condition)));
  }

  /// The mnemonic with the choices that are part of it, then the others.
  private static String name(String instruction, Template template, Map<Local, Choice> choice) {
    StringBuilder mnemonic = new StringBuilder();
    Set<Local> used = new LinkedHashSet<>();
    boolean isWhole = false;
    boolean isBroken = false;
    for (Template.Part p : template.parts()) {
      if (isWhole) {
        break;
      }
      switch (p) {
        case Template.Text(String text) -> {
          int blank = text.indexOf(' ');
          mnemonic.append(blank < 0 ? text : text.substring(0, blank));
          isWhole = blank >= 0;
        }
        case Template.Slot(Local operand, Template.Style _) -> {
          Choice c = choice.get(operand);
          if (c == null) {
            isBroken = true;
          } else {
            mnemonic.append(c.text);
            used.add(operand);
          }
        }
      }
    }
    if (isBroken || used.isEmpty() || mnemonic.isEmpty()) {
      used.clear();
      mnemonic = new StringBuilder(instruction);
    }
    for (Map.Entry<Local, Choice> e : choice.entrySet()) {
      if (!used.contains(e.getKey())) {
        mnemonic.append(' ').append(e.getValue().text);
      }
    }
    return mnemonic.toString();
  }

  private static Optional<Template.Style> style(Template template, Local operand) {
    return template.parts().stream()
        .filter(p -> p instanceof Template.Slot(Local l, Template.Style _) && l == operand)
        .map(p -> ((Template.Slot) p).style())
        .findFirst();
  }

  private static List<Choice> ways(Meaning.Variable operand, Optional<Template.Style> style) {
    Local local = operand.local();
    List<Choice> ways = new ArrayList<>();
    if (operand.type() instanceof Type.OfKind(Kind kind)) {
      for (Kind.Alternative a : kind.alternatives()) {
        Expr is = Kind.isA(a, local);
        boolean isConstant =
            a.earlier().isEmpty()
                && kind.hole() == null
                && a.encoding().mask().value().bitCount() == a.encoding().length()
                && a.encoding().condition().isEmpty();
        ways.add(
            new Choice(
                text(a), isConstant ? Optional.of(a.encoding().match()) : Optional.empty(), is));
      }
      return ways;
    }
    if (style.isPresent() && style.get() instanceof Template.Style.BankEntry(var bank)) {
      Expr none = Fold.TRUE;
      for (Map.Entry<String, Bits> e : bank.entries().entrySet()) {
        Bits number = e.getValue().zext(local.width());
        ways.add(new Choice(e.getKey(), Optional.of(number), Fold.TRUE));
        none = Fold.and(none, Fold.not(Fold.equal(local, number)));
      }
      ways.add(new Choice("else", Optional.empty(), none));
      return ways;
    }
    if (local.width() > MAX_VALUE_BITS) {
      return ways;
    }
    for (int n = 0; n < 1 << local.width(); n++) {
      Bits value = Bits.of(local.width(), n);
      ways.add(
          new Choice(
              text(value, style.orElse(new Template.Style.Unsigned(10))),
              Optional.of(value),
              Fold.TRUE));
    }
    return ways;
  }

  private static String text(Kind.Alternative a) {
    StringBuilder text = new StringBuilder();
    for (Template.Part p : a.encoding().template().parts()) {
      switch (p) {
        case Template.Text(String t) -> text.append(t);
        case Template.Slot _ -> {
          return a.name();
        }
      }
    }
    return text.toString();
  }

  private static String text(Bits value, Template.Style style) {
    return switch (style) {
      case Template.Style.RegisterName(var r) ->
          value.toLong() < r.count() ? r.elementName(value.toInt()) : value.value().toString();
      case Template.Style.EnumName(var e) -> e.nameOf(value).orElse(value.value().toString());
      case Template.Style.Signed _ -> value.signed().toString();
      case Template.Style.Unsigned(int radix) ->
          value.value().toString(radix).toLowerCase(Locale.ROOT);
      case Template.Style.BankEntry _,
          Template.Style.Kind _,
          Template.Style.Label _,
          Template.Style.Relative _ ->
          value.value().toString();
    };
  }
}
