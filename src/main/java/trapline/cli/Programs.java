package trapline.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import trapline.codec.Assembler;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.report.Numerals;

/// Programs for a described machine, from files.
final class Programs {
  private Programs() {}

  static Image assemble(Terminal terminal, Machine machine, Path program, long origin)
      throws IOException {
    Descriptions.mustBeReadable(program, ".asm");
    String text;
    try {
      text = Files.readString(program);
    } catch (MalformedInputException e) {
      throw Mistake.usage(program + " is not UTF-8 text");
    }
    var source = new SourceFile(program.toString(), text);
    return switch (Codec.of(machine).assembler().assemble(source, origin)) {
      case Assembler.Assembly.Assembled(var image) -> image;
      case Assembler.Assembly.Rejected(var diagnostics) -> throw rejected(terminal, diagnostics);
    };
  }

  private static Mistake rejected(Terminal terminal, List<Diagnostic> diagnostics) {
    Descriptions.show(terminal, diagnostics);
    return new Mistake(Exit.REJECTED, "the program has mistakes");
  }

  /// Puts `image` into the storage that instructions are fetched from, by physical address.
  static void load(Simulator simulator, Image image, State state) {
    Optional<Image.Cell> outside = simulator.load(state, image);
    if (outside.isPresent()) {
      throw new Mistake(
          Exit.REJECTED,
          outside.get().source().place()
              + ": address "
              + outside.get().address()
              + " lies outside the machine's storage"
              + (state.isWindow()
                  ? ", of which the virtual machine has "
                      + Simulator.storage(state)
                      + " cells; give it more with --size or --guest-set"
                  : ""));
    }
  }

  /// A number as any option takes it: decimal, 0x, 0o or 0b.
  static long number(String option, String text) {
    return big(option, text).longValueExact();
  }

  static BigInteger big(String option, String text) {
    BigInteger value =
        Numerals.parse(text.strip())
            .orElseThrow(() ->
                Mistake.usage(
                    option + " wants a number (10, 0x1f, 0o17, 0b1), not '" + text + "'"));
    if (value.signum() < 0 || value.bitLength() > 62) {
      throw Mistake.usage(option + " is out of range: " + text);
    }
    return value;
  }
}
