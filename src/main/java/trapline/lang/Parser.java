package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.lang.Syntax.Unit;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;

/// Reads one text.
///
///     text --IsaLexer--> tokens --Tokens--> tokens that pair --IsaParser--> parse tree --Trees--> Unit
///
/// Tokens are checked before anything recursive sees them, so no text is deep enough to overflow a stack.
/// A text without mistakes is parsed once, by SLL prediction. Any other is parsed again by full LL
/// prediction with [Mistakes], which says what is wrong; its unit then holds the imports only, so that
/// nothing further is said about a text that is already known to be broken.
public final class Parser {
  private Parser() {}

  /// The unit, and what is wrong with its text. Complete if no diagnostic is an error.
  public record Parsed(Unit unit, List<Diagnostic> diagnostics) {
    public Parsed {
      diagnostics = List.copyOf(diagnostics);
    }

    public boolean isComplete() {
      return diagnostics.stream().noneMatch(Diagnostic::isError);
    }
  }

  /// The most that is said of one text: more is no description.
  static final int MOST_DIAGNOSTICS = 100;

  public static Parsed parse(SourceFile file) {
    var diagnostics = new ArrayList<Diagnostic>();
    Consumer<Diagnostic> sink =
        diagnostic -> {
          if (diagnostics.size() < MOST_DIAGNOSTICS) {
            diagnostics.add(diagnostic);
          }
        };
    var offsets = new Offsets(file.text());
    var lexer = new IsaLexer(CharStreams.fromString(file.text(), file.name()));
    lexer.removeErrorListeners();
    var checked = Tokens.check(file, offsets, lexer.getAllTokens(), sink);
    var nothing = new Unit(List.of(), List.of(), offsets.span(file, 0, 0));
    if (checked.isEmpty()) {
      return new Parsed(nothing, diagnostics);
    }

    var tokens = new CommonTokenStream(new ListTokenSource(checked.get(), file.name()));
    var trees = new Trees(file, tokens, offsets, sink);
    var parser = new IsaParser(tokens);
    parser.removeErrorListeners();
    tokens.fill();
    if (diagnostics.isEmpty()) {
      parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
      parser.setErrorHandler(new BailErrorStrategy());
      try {
        var tree = parser.file();
        return new Parsed(trees.unit(tree), diagnostics);
      } catch (ParseCancellationException broken) {
        tokens.seek(0);
        parser.reset();
      }
    }
    parser.getInterpreter().setPredictionMode(PredictionMode.LL);
    parser.setErrorHandler(new Mistakes(file, offsets, List.copyOf(diagnostics), sink));
    var tree = parser.file();
    if (diagnostics.isEmpty()) {
      return new Parsed(trees.unit(tree), diagnostics);
    }
    return new Parsed(
        new Unit(trees.imports(tree), List.of(), offsets.span(file, 0, file.text().length())),
        diagnostics);
  }
}
