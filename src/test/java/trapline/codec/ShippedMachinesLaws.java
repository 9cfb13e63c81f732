package trapline.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.machine.TestRunner;

/// Every instruction of every machine in `isa-specs`, with random operands: encoding undoes
/// decoding, assembling undoes disassembling. And the machines' own `test` blocks hold.
final class ShippedMachinesLaws {
  private static final int TRIES = 40;
  private static final long ADDRESS = 64;

  @TestFactory
  Stream<DynamicTest> shippedMachines() throws IOException {
    try (var files = Files.walk(Path.of("isa-specs"))) {
      return files.filter(ShippedMachinesLaws::isWhole).sorted().toList().stream()
          .flatMap(f -> machines(f).stream())
          .map(m ->
              DynamicTest.dynamicTest(
                  m.name() + " " + m.setting(),
                  () -> {
                    roundTrips(m);
                    TestRunner.run(m)
                        .forEach(r ->
                            assertTrue(r.passed(), () -> r.test().name() + ": " + r.verdict()));
                  }));
    }
  }

  /// A file of its own, or the one that a folder is called after: the others there are its parts.
  private static boolean isWhole(Path file) {
    Path folder = file.getParent();
    return file.toString().endsWith(".isa")
        && (folder.equals(Path.of("isa-specs"))
            || file.getFileName().toString().equals(folder.getFileName() + ".isa"));
  }

  private static List<Machine> machines(Path file) {
    var loaded = Loader.load(List.of(file), List.of());
    var described = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    var machines = new ArrayList<Machine>();
    described.machines().forEach(d -> machines.addAll(d.instances(Map.of()).machines()));
    return machines;
  }

  private static void roundTrips(Machine machine) {
    Codec codec = Codec.of(machine);
    Assembler assembler = codec.assembler();
    var random = new Random(10);
    for (Instruction instruction : machine.instructions()) {
      int width = instruction.encoding().width();
      int written = 0;
      for (int i = 0; i < TRIES; i++) {
        Bits mask = instruction.encoding().mask();
        Bits any = new Bits(width, new BigInteger(width, random));
        Bits word = any.and(mask.not()).or(instruction.encoding().match());
        Decoded decoded = codec.decode(word);
        Bits canonical = codec.encode(decoded.instruction(), decoded.operands());
        assertEquals(decoded.operands(), codec.decode(canonical).operands(), instruction.name());
        String text = codec.disassemble(word, ADDRESS);
        var line = List.of(new Assembler.Line(text, Span.NONE));
        var assembly = assembler.assemble(line, ADDRESS, Map.of());
        var image = assertInstanceOf(Assembler.Assembly.Assembled.class, assembly, text).image();
        Bits again = padded(word(codec, machine.fetch().unit().width(), image), width);
        if (text.startsWith(".word")) {
          assertEquals(padded(codec.lengths().fetched(word), width), again, text);
        } else {
          assertEquals(canonical, again, text);
          written++;
        }
      }
      assertTrue(written > 0, () -> instruction.name() + " has no text that gives it back");
    }
  }

  /// A word is zero behind an instruction that is shorter.
  private static Bits padded(Bits bits, int width) {
    return bits.width() < width ? bits.concat(Bits.zero(width - bits.width())) : bits;
  }

  /// The cells of an image as one word: its units in order, the cells of each as the machine has
  /// them.
  private static Bits word(Codec codec, int unit, Image image) {
    List<Bits> cells = image.cells().stream().map(Image.Cell::value).toList();
    int each = unit / cells.getFirst().width();
    List<Bits> units = new ArrayList<>();
    for (int at = 0; at < cells.size(); at += each) {
      units.add(
          cells.subList(at, at + each).stream()
              .reduce((a, b) -> codec.units().highFirst() ? a.concat(b) : b.concat(a))
              .orElseThrow());
    }
    return units.stream().reduce(Bits::concat).orElseThrow();
  }
}
