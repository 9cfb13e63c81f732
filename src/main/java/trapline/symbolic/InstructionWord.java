package trapline.symbolic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;

/// The instruction word of a row: constant where its encoding and its row fix bits, variable
/// elsewhere.
///
/// The variables are the operands' pieces, so that a question about an operand is one about a
/// variable. `free` lists them, high bits first.
public record InstructionWord(Term word, Map<Local, Term> operands, List<Term> free) {
  private static final String OPERAND = "operand ";

  public static InstructionWord of(Terms terms, Instruction instruction, Instruction.Row row) {
    Encoding encoding = instruction.encoding();
    int width = encoding.width();
    Term[] bitOwner = new Term[width];
    int[] bitOf = new int[width];
    Bits fixedMask = encoding.mask();
    Bits fixed = encoding.match();
    for (Encoding.Operand operand : encoding.operands()) {
      Bits value = row.fixed().get(operand.local());
      if (value != null) {
        fixed = operand.encode(fixed, value);
        fixedMask = operand.encode(fixedMask, Bits.ones(value.width()));
      }
    }
    List<Term> free = new ArrayList<>();
    for (Encoding.Operand operand : encoding.operands()) {
      for (Encoding.Piece piece : operand.pieces()) {
        if (fixedMask.bit(piece.at())) {
          continue;
        }
        String name =
            operand.pieces().size() == 1
                ? OPERAND + operand.local().name()
                : OPERAND + operand.local().name() + "[" + piece.low() + "]";
        Term variable = terms.variable(name, new Sort.BitVector(piece.width()));
        free.add(variable);
        for (int i = 0; i < piece.width(); i++) {
          bitOwner[piece.at() + i] = variable;
          bitOf[piece.at() + i] = i;
        }
      }
    }
    for (int i = 0; i < width; i++) {
      if (bitOwner[i] == null && !fixedMask.bit(i)) {
        int low = i;
        while (i + 1 < width && bitOwner[i + 1] == null && !fixedMask.bit(i + 1)) {
          i++;
        }
        Term variable = terms.variable("ignored bits " + low, new Sort.BitVector(i - low + 1));
        free.add(variable);
        for (int b = low; b <= i; b++) {
          bitOwner[b] = variable;
          bitOf[b] = b - low;
        }
      }
    }
    Term word = null;
    for (int high = width - 1; high >= 0; ) {
      int low = high;
      Term owner = bitOwner[high];
      while (low > 0 && bitOwner[low - 1] == owner) {
        low--;
      }
      Term part =
          owner == null
              ? terms.constant(fixed.extract(high, low))
              : terms.extract(owner, bitOf[high], bitOf[low]);
      word = word == null ? part : terms.concat(word, part);
      high = low - 1;
    }
    Term whole = java.util.Objects.requireNonNull(word);
    return new InstructionWord(whole, operands(terms, encoding, whole), List.copyOf(free));
  }

  /// Whether a variable stands for an operand, not for bits that decoding ignores.
  public static boolean isOperand(Term variable) {
    return variable.name().startsWith(OPERAND);
  }

  /// The operands that a word holds, by an encoding that it fits.
  static Map<Local, Term> operands(Terms terms, Encoding encoding, Term word) {
    Map<Local, Term> operands = new LinkedHashMap<>();
    for (Encoding.Operand operand : encoding.operands()) {
      List<Encoding.Piece> pieces = new ArrayList<>(operand.pieces());
      pieces.sort((a, b) -> Integer.compare(b.low(), a.low()));
      Term value = null;
      for (Encoding.Piece piece : pieces) {
        Term part = terms.extract(word, piece.at() + piece.width() - 1, piece.at());
        value = value == null ? part : terms.concat(value, part);
      }
      operands.put(operand.local(), java.util.Objects.requireNonNull(value));
    }
    return operands;
  }
}
