package trapline.lang;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import trapline.diag.Span;

/// A syntax tree as indented text, without places: what `fmt` must not change.
final class Outline {
  private final StringBuilder text = new StringBuilder();

  private Outline() {}

  static String of(Syntax tree) {
    var outline = new Outline();
    outline.node("", tree, 0);
    return outline.text.toString();
  }

  private void node(String label, Object value, int depth) {
    switch (value) {
      case Span ignored -> {}
      case Optional<?> none when none.isEmpty() -> {}
      case Optional<?> some -> node(label, some.get(), depth);
      case List<?> none when none.isEmpty() -> {}
      case List<?> list -> list.forEach(each -> node(label, each, depth));
      case Syntax.Name(var name, _) -> line(label, "`" + name + "`", depth);
      case Syntax.Expression.Reference(var name, _) -> line(label, name.text(), depth);
      case Syntax.Expression.Number(var number, _) -> line(label, number.toString(), depth);
      case Syntax.Text(var string, _) -> line(label, "\"" + string + "\"", depth);
      case Record tree -> {
        line(label, tree.getClass().getSimpleName(), depth);
        for (RecordComponent part : tree.getClass().getRecordComponents()) {
          try {
            node(part.getName(), part.getAccessor().invoke(tree), depth + 1);
          } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
          }
        }
      }
      default -> {
        if (!value.equals("") && !value.equals(false)) {
          line(label, value.toString().replace("\n", "\\n"), depth);
        }
      }
    }
  }

  private void line(String label, String content, int depth) {
    text.append("  ".repeat(depth))
        .append(label.isEmpty() ? "" : label + ": ")
        .append(content)
        .append('\n');
  }
}
