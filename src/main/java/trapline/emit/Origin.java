package trapline.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import trapline.diag.SourceFile;
import trapline.diag.Span;

/// What the description says, as lines of a comment.
final class Origin {
  private Origin() {}

  /// `third-generation.isa:57`: without folders, so that it is the same wherever it was written.
  static String place(Span span) {
    return file(span) + ":" + span.line();
  }

  static String file(Span span) {
    String name = span.file().name();
    return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  }

  /// The documentation above the line on which `span` begins.
  static List<String> doc(Span span) {
    List<String> lines = new ArrayList<>();
    for (int line = span.line() - 1; line > 0; line--) {
      String text = span.file().line(line).strip();
      if (!text.startsWith("///")) {
        break;
      }
      lines.add(text.substring(3));
    }
    Collections.reverse(lines);
    return paragraphs(lines);
  }

  /// Lines of prose that follow one another, as one; lists and what is indented stay as they are.
  static List<String> paragraphs(List<String> lines) {
    List<String> paragraphs = new ArrayList<>();
    boolean goesOn = false;
    for (String line : lines) {
      String text = line.startsWith(" ") ? line.substring(1).stripTrailing() : line.stripTrailing();
      boolean isProse = !text.isBlank() && !text.startsWith(" ") && !text.startsWith("- ");
      if (isProse && goesOn) {
        paragraphs.set(paragraphs.size() - 1, paragraphs.getLast() + " " + text);
      } else {
        paragraphs.add(text);
      }
      goesOn = isProse;
    }
    return paragraphs;
  }

  /// The whole lines from the first of `from` to the end of `to`, as code in a comment.
  static List<String> quoted(Span from, Span to) {
    SourceFile file = from.file();
    if (file != to.file() || to.end() <= from.start()) {
      return List.of();
    }
    int last = Math.max(from.line(), file.lineAt(to.end() - 1));
    List<String> lines = new ArrayList<>();
    int indent = Integer.MAX_VALUE;
    for (int line = from.line(); line <= last; line++) {
      String text = file.line(line);
      lines.add(text);
      if (!text.isBlank()) {
        indent = Math.min(indent, text.length() - text.stripLeading().length());
      }
    }
    int common = indent;
    return lines.stream().map(l -> l.isBlank() ? "" : "    " + l.substring(common)).toList();
  }
}
