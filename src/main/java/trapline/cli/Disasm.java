package trapline.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.isa.Fetch;
import trapline.isa.Machine;
import trapline.report.Numerals;

@Command(
    name = "disasm",
    mixinStandardHelpOptions = true,
    header = "Shows instruction words in assembly.",
    description = {""},
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline disasm isa-specs/pdp-10.isa 0o254040000100",
      "  trapline disasm isa-specs/pdp-10.isa --words sieve.txt --at 0o1000",
      "",
      "Exit codes: 0 shown, 2 usage, 3 description rejected, 70 internal error."
    })
final class Disasm implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Description description = new Description();

  @Parameters(index = "1..*", paramLabel = "WORD", description = "Words: 10, 0x1f, 0o17, 0b1.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--words",
      paramLabel = "FILE",
      description = "A file of words, parted by white space.")
  @Nullable Path wordFile;

  @Option(
      names = "--at",
      paramLabel = "ADDRESS",
      defaultValue = "0",
      description = "The address of the first word. Default: 0.")
  String at = "0";

  Disasm(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<String> all = new ArrayList<>(words);
    if (wordFile != null) {
      Descriptions.mustBeReadable(wordFile, ".txt");
      Files.readString(wordFile)
          .lines()
          .map(String::strip)
          .filter(l -> !l.isEmpty())
          .forEach(l -> all.addAll(List.of(l.split("\\s+"))));
    }
    if (all.isEmpty()) {
      throw Mistake.usage("no words given");
    }
    Machine machine = description.load(terminal);
    Codec codec = Codec.of(machine);
    Numerals numerals = Numerals.of(machine);
    int width = machine.fetch().word().width();
    long address = Programs.number("--at", at);
    for (String text : all) {
      BigInteger value =
          Numerals.parse(text).orElseThrow(() -> Mistake.usage("'" + text + "' is no number"));
      if (value.signum() < 0 || value.bitLength() > width) {
        throw Mistake.usage(text + " does not fit an instruction word of " + width + " bits");
      }
      Bits word = word(machine.fetch(), text, value);
      terminal.println(
          String.format(
              "%-10s %s   %s",
              numerals.index(address),
              numerals.full(codec.lengths().fetched(word)),
              codec.disassemble(word, address)));
      address +=
          machine.fetch().isPiecewise()
              ? codec.lengths().fetched(word).width() / codec.units().width()
              : 1;
    }
    return Exit.OK.code;
  }

  /// Where instructions differ in length, the digits tell it: a number is the beginning of the
  /// word.
  private static Bits word(Fetch fetch, String text, BigInteger value) {
    int width = fetch.word().width();
    if (!fetch.isPiecewise()) {
      return new Bits(width, value);
    }
    int unit = fetch.unit().width();
    int digits = text.matches("0[xX].*") ? 4 * (text.replace("_", "").length() - 2) : 0;
    int bits = Math.max(Math.max(digits, value.bitLength()), 1);
    bits = Math.min((bits + unit - 1) / unit * unit, width);
    return new Bits(width, value.shiftLeft(width - bits));
  }
}
