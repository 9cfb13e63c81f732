package trapline.oracle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;

/// Descriptions as texts, through the front end.
final class Texts {
  private Texts() {}

  static Machine load(String text) {
    return tryLoad(text)
        .orElseThrow(
            () -> new IllegalArgumentException(String.join("\n", complaints(text)) + "\n" + text));
  }

  /// The machine; empty when the front end rejects the text.
  static Optional<Machine> tryLoad(String text) {
    if (!(Loader.loadText(new SourceFile("random.isa", text))
        instanceof Loader.Loaded.Machines(var machines, var _))) {
      return Optional.empty();
    }
    List<Machine> instances = machines.getFirst().instances(Map.of()).machines();
    return instances.size() == 1 ? Optional.of(instances.getFirst()) : Optional.empty();
  }

  static List<String> complaints(String text) {
    List<Diagnostic> found =
        switch (Loader.loadText(new SourceFile("random.isa", text))) {
          case Loader.Loaded.Machines(var machines, var _) ->
              machines.getFirst().instances(Map.of()).diagnostics();
          case Loader.Loaded.Rejected(var diagnostics) -> diagnostics;
        };
    return found.stream()
        .map(d ->
            d.code().slug()
                + ": "
                + d.message()
                + " at "
                + d.span().file().line(d.span().line()).strip())
        .toList();
  }
}
