package trapline.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.Parser;
import trapline.lang.Syntax;

/// What a text defines, in the order written: machines and extensions, and what each declares.
public final class Outline {
  /// `span` is all of it, `selection` its name.
  public record Symbol(String name, String noun, Span span, Span selection, List<Symbol> parts) {}

  private Outline() {}

  /// Nothing for a text that is no description as it stands.
  public static List<Symbol> of(SourceFile file) {
    return Parser.parse(file).unit().definitions().stream()
        .map(d ->
            new Symbol(
                d.name().text(),
                d.isExtension() ? "extension" : "machine",
                d.span(),
                d.name().span(),
                parts(d.items())))
        .toList();
  }

  private static List<Symbol> parts(List<Syntax.Item> items) {
    List<Symbol> parts = new ArrayList<>();
    for (Syntax.Item item : items) {
      if (item instanceof Syntax.Item.RequiresGroup(var _, List<Syntax.Item> inner, Span _)) {
        parts.addAll(parts(inner));
      } else {
        symbol(item).ifPresent(parts::add);
      }
    }
    return parts;
  }

  private static Optional<Symbol> symbol(Syntax.Item item) {
    return switch (item) {
      case Syntax.Item.Param i -> of(i.name(), "param", i);
      case Syntax.Item.Choice i -> of(i.name(), "choice", i);
      case Syntax.Item.Const i -> of(i.name(), "constant", i);
      case Syntax.Item.TypeAlias i -> of(i.name(), "type", i);
      case Syntax.Item.Enum i -> of(i.name(), "enum", i);
      case Syntax.Item.Struct i -> of(i.name(), "struct", i);
      case Syntax.Item.Register i -> of(i.name(), "register", i);
      case Syntax.Item.Memory i -> of(i.name(), "memory", i);
      case Syntax.Item.Alias i -> of(i.name(), "alias", i);
      case Syntax.Item.View i -> of(i.name(), "view", i);
      case Syntax.Item.Device i -> of(i.name(), "device", i);
      case Syntax.Item.Mode i -> of(i.name(), "mode", i);
      case Syntax.Item.Space i -> of(i.name(), "space", i);
      case Syntax.Item.Bank i -> of(i.name(), "bank", i);
      case Syntax.Item.TrapEntry i -> of(i.name(), "trap sequence", i);
      case Syntax.Item.Unspecified i -> of(i.name(), "function", i);
      case Syntax.Item.Function i -> of(i.name(), "function", i);
      case Syntax.Item.Guard i -> of(i.name(), "guard", i);
      case Syntax.Item.OperandKind i -> of(i.name(), "operand kind", i);
      case Syntax.Item.Instruction i -> of(i.name(), "instruction", i);
      case Syntax.Item.Assume i -> of(i.name(), "assumption", i);
      case Syntax.Item.Test i ->
          Optional.of(new Symbol(i.name().text(), "test", i.span(), i.name().span(), List.of()));
      case Syntax.Item.Set _,
          Syntax.Item.Traps _,
          Syntax.Item.Fetch _,
          Syntax.Item.After _,
          Syntax.Item.RequiresGroup _,
          Syntax.Item.Remove _,
          Syntax.Item.Reserved _,
          Syntax.Item.Vmm _,
          Syntax.Item.Expect _ ->
          Optional.empty();
    };
  }

  private static Optional<Symbol> of(Syntax.Name name, String noun, Syntax.Item item) {
    return Optional.of(new Symbol(name.text(), noun, item.span(), name.span(), List.of()));
  }
}
