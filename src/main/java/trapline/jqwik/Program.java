package trapline.jqwik;

import java.util.ArrayList;
import java.util.List;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.codec.Decoded;
import trapline.isa.Local;

/// Instructions with operands, in the order in which they are executed; bits that decoding ignores
/// are zero.
public final class Program {
  private final Codec codec;
  private final List<Decoded> instructions;

  Program(Codec codec, List<Decoded> instructions) {
    this.codec = codec;
    this.instructions = instructions;
  }

  public List<Decoded> instructions() {
    return instructions;
  }

  /// The instruction words, each as wide as the machine's longest.
  public List<Bits> words() {
    return instructions.stream().map(d -> codec.encode(d.instruction(), d.operands())).toList();
  }

  /// What an operand of the first instruction is, by its name in the description.
  ///
  /// @throws IllegalArgumentException if the first instruction has no such operand
  public Bits operand(String name) {
    for (var operand : instructions.getFirst().operands().entrySet()) {
      Local local = operand.getKey();
      if (local.name().equals(name)) {
        return operand.getValue();
      }
    }
    throw new IllegalArgumentException(
        instructions.getFirst().instruction() + " has no operand '" + name + "'");
  }

  /// In assembly, a line for each instruction, the first at address 0.
  public List<String> lines() {
    return lines(0);
  }

  /// In assembly, the first instruction at that address of a program.
  List<String> lines(long address) {
    List<String> lines = new ArrayList<>();
    long at = address;
    for (Bits word : words()) {
      lines.add(codec.disassemble(word, at));
      at += codec.lengths().fetched(word).width() / codec.units().width();
    }
    return List.copyOf(lines);
  }

  String listing() {
    StringBuilder text = new StringBuilder();
    lines()
        .forEach(l ->
            text.append(text.isEmpty() ? "executes    " : "            ").append(l).append('\n'));
    return text.toString();
  }

  @Override
  public String toString() {
    return String.join("; ", lines());
  }
}
