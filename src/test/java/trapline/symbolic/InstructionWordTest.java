package trapline.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.smt.Term;
import trapline.smt.Terms;

/// MOV of IA-32, with prefixes and addressing modes of two to fourteen bytes.
final class InstructionWordTest {
  private final Machine machine =
      LoaderFixture.shipped("ia-32/ia-32.isa", "IA32Segments", Map.of());
  private final Terms terms = new Terms();

  @Test
  void eachEncodingIsAWordOfItsOwnAndTheShortestComesFirst() {
    InstructionWord any = word("mov_store");
    List<InstructionWord> each = any.encodings(terms);
    assertEquals(any.cases().size(), each.size());
    List<Long> lengths = each.stream().map(InstructionWordTest::units).toList();
    assertEquals(lengths.stream().sorted(Comparator.naturalOrder()).toList(), lengths);
    assertEquals(2, lengths.getFirst());
    Term which = any.free().getFirst();
    for (InstructionWord one : each) {
      assertTrue(one.free().stream().noneMatch(v -> v == which), "it is one encoding");
      assertTrue(one.cases().getFirst().is().isTrue());
      assertTrue(
          one.numbered(terms, i -> i + 1).word().isConstant(), "all its variables are listed");
    }
  }

  @Test
  void aWordOfOneEncodingIsItself() {
    InstructionWord only = word("mov_r_imm");
    assertSame(only, only.encodings(terms).getFirst());
  }

  private static long units(InstructionWord word) {
    return 1 + word.goesOn().stream().filter(Term::isTrue).count();
  }

  private InstructionWord word(String row) {
    Instruction instruction = LoaderFixture.instruction(machine, row);
    return InstructionWord.of(terms, machine.fetch(), instruction, instruction.rows().getFirst());
  }
}
