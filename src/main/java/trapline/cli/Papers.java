package trapline.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/// Writes what the build makes of the command line: manual pages (AsciiDoc, section 1) and the
/// completion for bash and zsh. Not part of the running program.
///
///     java trapline.cli.Papers FOLDER    ->   FOLDER/man/*.adoc, FOLDER/completion/trapline
final class Papers {
  private Papers() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path man = Files.createDirectories(folder.resolve("man"));
    Path completion = Files.createDirectories(folder.resolve("completion"));
    var nowhere = new ByteArrayOutputStream();
    CommandLine line = Trapline.commandLine(new Terminal(nowhere, nowhere, false, false, Map.of()));
    int code =
        ManPageGenerator.generateManPage(
            man.toFile(), null, new boolean[0], false, line.getCommandSpec());
    if (code != 0) {
      throw new IOException("manual pages: " + code);
    }
    Files.writeString(completion.resolve("trapline"), AutoComplete.bash("trapline", line));
  }
}
