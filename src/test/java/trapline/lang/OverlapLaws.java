package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Template;

/// Which encodings may share a word is found without comparing each with each, and as if each were.
final class OverlapLaws {
  @Property(tries = 200)
  void theCandidatesAreThePairsWhoseConstantsAgree(
      @ForAll Random random, @ForAll @IntRange(max = 120) int count, @ForAll boolean opcodes) {
    List<Encoding> encodings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int mask = opcodes ? 0xfe00 | random.nextInt(0x200) & 0x1e0 : random.nextInt(1 << 16);
      encodings.add(
          new Encoding(
              Bits.of(16, mask),
              Bits.of(16, mask & random.nextInt(1 << 16)),
              List.of(),
              Optional.empty(),
              new Template(List.of())));
    }
    var expected = new TreeSet<Overlap.Pair>();
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        Encoding a = encodings.get(i);
        Encoding b = encodings.get(j);
        Bits common = a.mask().and(b.mask());
        if (a.match().and(common).equals(b.match().and(common))) {
          expected.add(new Overlap.Pair(i, j));
        }
      }
    }
    assertEquals(expected, Overlap.candidates(encodings));
  }
}
