package trapline.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.codec.Image;
import trapline.isa.Machine;
import trapline.report.Numerals;

@Command(
    name = "asm",
    mixinStandardHelpOptions = true,
    header = "Assembles a program in the syntax that the description gives.",
    description = {
      "",
      "Prints addresses, words and source lines. In the program: labels (loop:), .word, .zero,"
          + " .org, comments.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline asm isa-specs/pdp-10.isa sieve.s --at 0o1000",
      "  trapline asm isa-specs/pdp-10.isa sieve.s --words",
      "",
      "Exit codes: 0 assembled, 2 usage, 3 description or program rejected,",
      "70 internal error."
    })
final class Asm implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Description description = new Description();

  @Parameters(index = "1", paramLabel = "PROGRAM", description = "Assembly text.")
  Path program = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "ADDRESS",
      defaultValue = "0",
      description = "Where the program begins. Default: 0.")
  String at = "0";

  @Option(names = "--words", description = "Only the words, one to a line.")
  boolean words;

  Asm(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Machine machine = description.load(terminal);
    Image image = Programs.assemble(terminal, machine, program, Programs.number("--at", at));
    Numerals numerals = Numerals.of(machine);
    for (Image.Cell cell : image.cells()) {
      String word = numerals.full(cell.value());
      terminal.println(
          words
              ? word
              : String.format(
                      "%-10s %s   %s",
                      numerals.index(cell.address()),
                      word,
                      cell.source().file().line(cell.source().line()).strip())
                  .stripTrailing());
    }
    return Exit.OK.code;
  }
}
