package trapline.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.Loader;

/// A drawn encoding is the encoding: its constants and its operands can be read back.
final class LayoutsTest {
  @ParameterizedTest
  @ValueSource(strings = {"third-generation", "pdp-10", "ibm-360", "mips-r3000", "riscv/riscv"})
  void everyEncodingCanBeReadBack(String name) {
    var loaded = Loader.load(List.of(Path.of("isa-specs", name + ".isa")), List.of());
    int drawn = 0;
    for (Loader.Described described : ((Loader.Loaded.Machines) loaded).machines()) {
      Machine machine = described.instances(Map.of()).machines().getFirst();
      for (Instruction instruction :
          Stream.concat(machine.instructions().stream(), Stream.of(machine.reserved())).toList()) {
        for (Instruction.Row row : instruction.rows()) {
          JsonArray layouts = Layouts.of(instruction, row);
          assertEquals(instruction.encodings().size(), layouts.size());
          for (int i = 0; i < layouts.size(); i++) {
            agree(instruction.encodings().get(i), row, layouts.get(i).getAsJsonObject());
            drawn++;
          }
        }
      }
    }
    assertTrue(drawn > 10, "something is drawn");
  }

  private static void agree(Encoding encoding, Instruction.Row row, JsonObject layout) {
    assertEquals(encoding.length(), layout.get("length").getAsInt());
    BigInteger match = BigInteger.ZERO;
    BigInteger mask = BigInteger.ZERO;
    Map<String, List<String>> pieces = new TreeMap<>();
    int at = encoding.width();
    for (JsonElement element : layout.getAsJsonArray("parts")) {
      JsonObject part = element.getAsJsonObject();
      int bits = part.get("bits").getAsInt();
      at -= bits;
      if (part.has("operand")) {
        String operand = part.get("operand").getAsString();
        int low = part.has("low") ? part.get("low").getAsInt() : 0;
        for (int bit = 0; bit < bits; bit++) {
          pieces
              .computeIfAbsent(operand, o -> new ArrayList<>())
              .add((low + bit) + "@" + (at + bit));
        }
        fixed(row, part, operand, low, bits);
      } else if (part.has("constant")) {
        String constant = part.get("constant").getAsString();
        assertEquals(bits, constant.length());
        match = match.or(new BigInteger(constant, 2).shiftLeft(at));
        mask = mask.or(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE).shiftLeft(at));
      }
    }
    assertEquals(encoding.width() - encoding.length(), at, "every bit is drawn");
    assertEquals(encoding.match().value(), match);
    assertEquals(encoding.mask().value(), mask);
    Map<String, List<String>> expected = new TreeMap<>();
    for (Encoding.Operand operand : encoding.operands()) {
      for (Encoding.Piece piece : operand.pieces()) {
        for (int bit = 0; bit < piece.width(); bit++) {
          expected
              .computeIfAbsent(operand.local().name(), o -> new ArrayList<>())
              .add((piece.low() + bit) + "@" + (piece.at() + bit));
        }
      }
    }
    pieces.values().forEach(p -> p.sort(null));
    expected.values().forEach(p -> p.sort(null));
    assertEquals(expected, pieces);
  }

  private static void fixed(
      Instruction.Row row, JsonObject part, String operand, int low, int bits) {
    row.fixed()
        .forEach((local, value) -> {
          if (local.name().equals(operand)) {
            Bits there = value.extract(low + bits - 1, low);
            assertEquals(
                there.value(), new BigInteger(part.get("constant").getAsString(), 2), operand);
          }
        });
  }
}
