package trapline.lsp;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.DiagnosticRelatedInformation;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.SymbolKind;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.edit.Outline;

/// What we know in the shapes that the protocol gives it.
///
///     offset of a text (UTF-16 units) <-> line and character, both from 0
final class Shapes {
  private Shapes() {}

  /// The file that a client means; empty for what is no file (a text that was never saved).
  static Optional<Path> path(String uri) {
    try {
      return Optional.of(Path.of(URI.create(uri)).toAbsolutePath().normalize());
    } catch (IllegalArgumentException | FileSystemNotFoundException | SecurityException other) {
      return Optional.empty();
    }
  }

  static String uri(String file) {
    return Path.of(file).toUri().toString();
  }

  static Position position(SourceFile file, int offset) {
    int at = Math.clamp(offset, 0, file.text().length());
    int line = file.lineAt(at);
    return new Position(line - 1, at - file.startOfLine(line));
  }

  /// A place behind the end of a line, or of the text, is its end.
  static int offset(SourceFile file, Position position) {
    String text = file.text();
    int start = 0;
    for (int line = 0; line < position.getLine(); line++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return text.length();
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    return Math.clamp((long) start + position.getCharacter(), start, end < 0 ? text.length() : end);
  }

  static Range range(Span span) {
    return new Range(position(span.file(), span.start()), position(span.file(), span.end()));
  }

  static Location location(Span span) {
    return new Location(uri(span.file().name()), range(span));
  }

  static org.eclipse.lsp4j.Diagnostic diagnostic(Diagnostic d) {
    StringBuilder message = new StringBuilder(d.message());
    String label = d.labels().getFirst().text();
    if (!label.isEmpty()) {
      message.append(": ").append(label);
    }
    d.help().ifPresent(help -> message.append("\nhelp: ").append(help));
    d.notes().forEach(note -> message.append("\nnote: ").append(note));
    var shaped =
        new org.eclipse.lsp4j.Diagnostic(
            range(d.span()),
            message.toString(),
            d.isError() ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            "trapline",
            d.code().slug());
    List<Diagnostic.Label> others = d.labels().subList(1, d.labels().size());
    if (!others.isEmpty()) {
      shaped.setRelatedInformation(
          others.stream()
              .map(l -> new DiagnosticRelatedInformation(location(l.span()), l.text()))
              .toList());
    }
    return shaped;
  }

  static DocumentSymbol symbol(Outline.Symbol s) {
    DocumentSymbol symbol =
        new DocumentSymbol(
            s.name(), kind(s.noun()), range(s.span()), range(s.selection()), s.noun());
    symbol.setChildren(s.parts().stream().map(Shapes::symbol).toList());
    return symbol;
  }

  private static SymbolKind kind(String noun) {
    return switch (noun) {
      case "machine", "extension" -> SymbolKind.Class;
      case "enum" -> SymbolKind.Enum;
      case "struct", "type" -> SymbolKind.Struct;
      case "constant", "param", "choice" -> SymbolKind.Constant;
      case "register", "memory", "alias", "view" -> SymbolKind.Variable;
      case "device", "bank", "space" -> SymbolKind.Interface;
      case "mode" -> SymbolKind.EnumMember;
      case "instruction" -> SymbolKind.Method;
      case "function", "guard", "trap sequence" -> SymbolKind.Function;
      case "operand kind" -> SymbolKind.TypeParameter;
      case "test" -> SymbolKind.Event;
      default -> SymbolKind.Property;
    };
  }

  static CompletionItemKind completionKind(String noun) {
    return switch (noun) {
      case "keyword" -> CompletionItemKind.Keyword;
      case "enumerator", "mode", "value" -> CompletionItemKind.EnumMember;
      case "type" -> CompletionItemKind.Struct;
      case "constant", "choice" -> CompletionItemKind.Constant;
      case "function", "guard", "unspecified function", "trap sequence" ->
          CompletionItemKind.Function;
      case "field", "port", "entry" -> CompletionItemKind.Field;
      case "instruction" -> CompletionItemKind.Method;
      case "trap" -> CompletionItemKind.Event;
      case "definition" -> CompletionItemKind.Class;
      default -> CompletionItemKind.Variable;
    };
  }
}
