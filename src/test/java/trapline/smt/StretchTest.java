package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class StretchTest {
  private final Terms terms = new Terms();
  private final Term base = terms.variable("base", new Sort.BitVector(10));
  private final Term at = terms.variable("at", new Sort.BitVector(10));
  private final Term storage = terms.variable("storage", new Sort.Array(10, 8));

  /// A table of 300 zeros, with two entries written afterwards, one of them twice.
  private Term table(Terms t, Term from) {
    Term table = storage;
    for (int i = 0; i < 300; i++) {
      table = t.store(table, cell(t, i), t.constant(8, 0));
    }
    table = t.store(table, cell(t, 7), t.constant(8, 3));
    table = t.store(table, cell(t, 7), from);
    return t.store(table, cell(t, 256), t.constant(8, 1));
  }

  private Term cell(Terms t, int i) {
    return t.add(base, t.constant(10, i));
  }

  @Test
  void whatIsReadOfATableThatWasClearedIsAChoiceOfFewValues() {
    Term entry = terms.variable("entry", new Sort.BitVector(8));
    Term read = terms.select(table(terms, entry), at);
    assertTrue(Terms.all(Op.STORE, List.of(read)).isEmpty(), read::toString);
    assertTrue(Terms.all(Op.ITE, List.of(read)).size() <= 4, read::toString);
    assertEquals(entry, terms.select(table(terms, entry), cell(terms, 7)));
  }

  @Property(tries = 200)
  void whatIsReadIsWhatTheStoresLeft(@ForAll long seed) {
    Terms exact = Terms.unsimplified();
    Term entry = terms.variable("entry", new Sort.BitVector(8));
    Assignment assignment = TwinTerms.assignment(seed);
    Evaluation evaluation = new Evaluation(assignment);
    Term read = terms.select(terms.store(table(terms, entry), at, entry), cell(terms, 256));
    Term plain = exact.variable("storage", storage.sort());
    for (int i = 0; i < 300; i++) {
      plain = exact.store(plain, copied(exact, i), exact.constant(8, 0));
    }
    plain = exact.store(plain, copied(exact, 7), exact.variable("entry", entry.sort()));
    plain = exact.store(plain, copied(exact, 256), exact.constant(8, 1));
    Term place = exact.variable("at", at.sort());
    assertEquals(
        evaluation.of(exact.select(plain, place)),
        evaluation.of(terms.select(table(terms, entry), at)));
    assertEquals(
        evaluation.of(
            exact.select(
                exact.store(plain, place, exact.variable("entry", entry.sort())),
                copied(exact, 256))),
        evaluation.of(read));
  }

  private Term copied(Terms exact, int i) {
    return exact.add(exact.variable("base", base.sort()), exact.constant(10, i));
  }
}
