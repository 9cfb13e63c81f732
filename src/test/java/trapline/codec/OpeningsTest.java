package trapline.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Statement;
import trapline.isa.Template;

/// Only what cannot be read is left out, and the machine's order stays.
final class OpeningsTest {
  private final Local operand = new Local("a", 3);
  private final Openings openings =
      new Openings(
          List.of(
              instruction("add ", true),
              instruction("b", true),
              instruction("add", false),
              instruction("", true),
              instruction("add.w ", true),
              instruction("nop", false),
              instruction("(", true)));

  @Test
  void aWholeWordIsLookedUp() {
    assertEquals(List.of("add +", "add", "+", "( +"), of("add r1"));
    assertEquals(List.of("add +", "add", "+", "( +"), of("ADD"));
    assertEquals(List.of("+", "add.w +", "( +"), of("add.w r1"));
    assertEquals(List.of("+", "nop", "( +"), of("nop"));
  }

  @Test
  void aTemplateThatGoesOnInTheFirstWordIsTriedOfAllThatBeginSo() {
    assertEquals(List.of("b +", "+", "( +"), of("beq 5"));
    assertEquals(List.of("b +", "+", "( +"), of("Bne 5"));
    assertEquals(List.of("+", "( +"), of("x"));
  }

  private List<String> of(String text) {
    return openings.of(text).stream().map(Instruction::name).toList();
  }

  private Instruction instruction(String literal, boolean hasOperand) {
    var text = new Template.Text(literal);
    var slot = new Template.Slot(operand, new Template.Style.Unsigned(10));
    List<Template.Part> parts =
        literal.isEmpty() ? List.of(slot) : hasOperand ? List.of(text, slot) : List.of(text);
    return new Instruction(
        (literal.strip() + (hasOperand ? " +" : "")).strip(),
        new Encoding(Bits.zero(8), Bits.zero(8), List.of(), Optional.empty(), new Template(parts)),
        Statement.Block.EMPTY,
        List.of(),
        Optional.empty(),
        "",
        Span.NONE);
  }
}
