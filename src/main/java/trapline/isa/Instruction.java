package trapline.isa;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Span;

/// An instruction i: S -> S.
///
/// Its meaning on a state, with the instruction word at hand: `Fetch.advance`, then `body` (which
/// begins with its guards), with the operands of its encoding and the fetch's `word` local bound.
///
/// An instruction that may be encoded in several lengths has an encoding for each way to be long,
/// with the same operands, the shortest first; no word is two of them.
///
/// `rows` are what is classified one by one: the whole instruction, or the values of its `split`
/// operands. Rows are disjoint and cover the encoding.
public record Instruction(
    String name,
    List<Encoding> encodings,
    Statement.Block body,
    List<Row> rows,
    Optional<String> cite,
    String doc,
    Span span) {

  public Instruction {
    encodings = List.copyOf(encodings);
  }

  public Instruction(
      String name,
      Encoding encoding,
      Statement.Block body,
      List<Row> rows,
      Optional<String> cite,
      String doc,
      Span span) {
    this(name, List.of(encoding), body, rows, cite, doc, span);
  }

  /// Its only encoding, or the shortest of several.
  public Encoding encoding() {
    return encodings.getFirst();
  }

  /// The encodings of an instruction with these operand values, or, for the row of all other values
  /// of a split bank, those that `condition` (pure, over operands) selects.
  ///
  /// `name` is unique in the machine: `add`, `jrst 1`, `csrrw satp`.
  public record Row(String name, Map<Local, Bits> fixed, Optional<Expr> condition) {}

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
