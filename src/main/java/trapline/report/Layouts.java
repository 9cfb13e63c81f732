package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Instruction;

/// What the words of a row look like, from the first bit to the last: constant bits, pieces of
/// operands, and bits that do not matter.
///
///     [{"length", "parts": [{"bits", "constant"?, "operand"?, "high"?, "low"?}]}]    one per encoding
///
/// An operand that the row fixes has both names: `{"bits": 4, "constant": "0001", "operand": "f"}`.
final class Layouts {
  private Layouts() {}

  static JsonArray of(Instruction instruction, Instruction.Row row) {
    JsonArray all = new JsonArray();
    for (Encoding encoding : instruction.encodings()) {
      JsonObject json = new JsonObject();
      json.addProperty("length", encoding.length());
      json.add("parts", parts(encoding, row));
      all.add(json);
    }
    return all;
  }

  /// What one bit of the word is; `at` is its place in the operand.
  private sealed interface Bit {
    record Constant() implements Bit {}

    record Of(Encoding.Operand operand, int at) implements Bit {}

    record Free() implements Bit {}

    /// Whether it goes on where `higher`, its neighbour, was.
    default boolean continues(Bit higher) {
      return switch (this) {
        case Of(var mine, int low) ->
            higher instanceof Of(var its, int high) && mine == its && low == high - 1;
        case Constant() -> higher instanceof Constant;
        case Free() -> higher instanceof Free;
      };
    }
  }

  private static JsonArray parts(Encoding encoding, Instruction.Row row) {
    JsonArray parts = new JsonArray();
    int end = encoding.width() - encoding.length();
    int high = encoding.width() - 1;
    while (high >= end) {
      Bit first = bit(encoding, high);
      Bit last = first;
      int low = high;
      while (low > end && bit(encoding, low - 1).continues(last)) {
        low--;
        last = bit(encoding, low);
      }
      parts.add(part(encoding, row, first, last, high, low));
      high = low - 1;
    }
    return parts;
  }

  private static JsonObject part(
      Encoding encoding, Instruction.Row row, Bit first, Bit last, int high, int low) {
    JsonObject json = new JsonObject();
    json.addProperty("bits", high - low + 1);
    switch (first) {
      case Bit.Constant() ->
          json.addProperty("constant", binary(encoding.match().extract(high, low)));
      case Bit.Of(var operand, int from) -> {
        int to = ((Bit.Of) last).at();
        Bits fixed = row.fixed().get(operand.local());
        if (fixed != null) {
          json.addProperty("constant", binary(fixed.extract(from, to)));
        }
        json.addProperty("operand", operand.local().name());
        if (from - to + 1 < operand.local().width()) {
          json.addProperty("high", from);
          json.addProperty("low", to);
        }
      }
      case Bit.Free() -> {}
    }
    return json;
  }

  private static Bit bit(Encoding encoding, int index) {
    for (Encoding.Operand operand : encoding.operands()) {
      for (Encoding.Piece piece : operand.pieces()) {
        if (piece.at() <= index && index < piece.at() + piece.width()) {
          return new Bit.Of(operand, index - piece.at() + piece.low());
        }
      }
    }
    return encoding.mask().extract(index, index).isZero() ? new Bit.Free() : new Bit.Constant();
  }

  private static String binary(Bits bits) {
    String digits = bits.value().toString(2);
    return "0".repeat(bits.width() - digits.length()) + digits;
  }
}
