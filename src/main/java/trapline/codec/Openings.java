package trapline.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import trapline.isa.Instruction;
import trapline.isa.Template;

/// The instructions that a text may be, by the word that it opens with.
///
///     closed[w]   templates that begin with the whole word w:  "add {a:r}"     of texts that do, too
///     open        templates that go on in the first word:      "b{cond} {t}"   of texts that begin so
///
/// An index only: it leaves out what [InstructionText] would try in vain.
final class Openings {
  private record Open(String prefix, int number) {}

  private final List<Instruction> instructions;
  private final Map<String, List<Integer>> closed = new HashMap<>();
  private final List<Open> open = new ArrayList<>();

  Openings(List<Instruction> instructions) {
    this.instructions = instructions;
    for (int i = 0; i < instructions.size(); i++) {
      List<Template.Part> parts = instructions.get(i).encoding().template().parts();
      String text =
          !parts.isEmpty() && parts.getFirst() instanceof Template.Text(var literal) ? literal : "";
      String word = word(text);
      if (!word.isEmpty() && (word.length() < text.length() || parts.size() == 1)) {
        closed.computeIfAbsent(word, w -> new ArrayList<>()).add(i);
      } else {
        open.add(new Open(word, i));
      }
    }
  }

  /// In the machine's order.
  List<Instruction> of(String text) {
    String word = word(text);
    SortedSet<Integer> numbers = new TreeSet<>(closed.getOrDefault(word, List.of()));
    for (Open each : open) {
      if (word.startsWith(each.prefix)) {
        numbers.add(each.number);
      }
    }
    return numbers.stream().map(instructions::get).toList();
  }

  /// The letters and digits that a text begins with, in lower case.
  private static String word(String text) {
    var word = new StringBuilder();
    for (int i = 0; i < text.length() && InstructionText.isWord(text.charAt(i)); i++) {
      word.append(Character.toLowerCase(text.charAt(i)));
    }
    return word.toString();
  }
}
