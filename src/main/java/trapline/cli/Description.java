package trapline.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import trapline.isa.Machine;

/// The one description that a command works on, and which machine of it.
final class Description {
  @Mixin Descriptions descriptions = new Descriptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "A description.")
  Path file = Path.of("");

  /// In its default setting, but for what was set.
  Machine load(Terminal terminal) {
    return descriptions.loadOne(terminal, List.of(file));
  }
}
