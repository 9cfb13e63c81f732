package trapline.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.diag.SourceFile;
import trapline.lang.Formatter;

@Command(
    name = "fmt",
    mixinStandardHelpOptions = true,
    header = "Formats descriptions, and keeps their comments.",
    description = {"", "Rewrites the files in place and names those that changed.", ""},
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline fmt isa-specs/pdp-10.isa",
      "  trapline fmt --check isa-specs/pdp-10.isa",
      "",
      "Exit codes: 0 formatted, 1 with --check a file would change, 2 usage,",
      "3 description rejected, 70 internal error."
    })
final class Fmt implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Descriptions of machines.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--check", description = "Changes nothing; names the files that would change.")
  boolean check;

  @Option(names = "--stdout", description = "Prints the formatted text; changes nothing.")
  boolean toOutput;

  Fmt(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Exit exit = Exit.OK;
    for (Path file : files) {
      Descriptions.mustBeReadable(file, ".isa");
      String text;
      try {
        text = Files.readString(file);
      } catch (CharacterCodingException e) {
        throw Mistake.usage(file + " is not UTF-8 text");
      }
      switch (Formatter.format(new SourceFile(file.toString(), text))) {
        case Formatter.Formatted.Text(var formatted) -> {
          if (toOutput) {
            terminal.print(formatted);
          } else if (!formatted.equals(text)) {
            terminal.println(file.toString());
            if (check) {
              exit = exit.or(Exit.REFUTED);
            } else {
              Files.writeString(file, formatted);
            }
          }
        }
        case Formatter.Formatted.Rejected(var diagnostics) -> {
          Descriptions.show(terminal, diagnostics);
          exit = exit.or(Exit.REJECTED);
        }
      }
    }
    return exit.code;
  }
}
