package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.smt.Op;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Addresses that lead to cells of which a question speaks, as terms.
///
///     V leads a to  (x + a[high..low])[w-1..0] at the end of an index
///                   =>    a[high..low] = cell[w-1..0] - x   leads to the cell, as long as it stays in the page
///
/// Where windows are found to differ at an address of a solution, it is one that leads to such a cell, and the next
/// solution has others. Said of the address as a term, windows agree there in all of them. So many
/// segments over one storage, and pages that are placed anywhere, need few corrections (decision 0035). Without pages
/// *w* is all of the index.
final class Alias {
  private static final String WHOLE = "aliased address";

  private Alias() {}

  /// What these addresses are, where in one of the states they lead to a cell that is read in what
  /// was asked.
  static Set<Windows.Instance> of(
      Terms terms,
      Set<Windows.Instance> addresses,
      List<SymbolicState> states,
      List<Term> asked,
      Solution solution) {
    Set<Windows.Instance> aliases = new LinkedHashSet<>(addresses);
    for (Windows.Instance a : addresses) {
      for (SymbolicState state : states) {
        of(terms, a, state, asked, solution)
            .ifPresent(alias -> aliases.add(new Windows.Instance(a.space(), a.access(), alias)));
      }
    }
    return aliases;
  }

  private static Optional<Term> of(
      Terms terms, Windows.Instance a, SymbolicState state, List<Term> asked, Solution solution) {
    int width = a.address().width();
    Term whole = terms.variable(WHOLE + " (" + width + ")", new Sort.BitVector(width));
    Map<Term, Term> here = Map.of(whole, a.address());
    Translation led = Translation.of(state, terms, a.space(), whole, a.access());
    Bits there = solution.value(terms.substitute(led.index(), here));
    Optional<Term> cell =
        cells(terms, state.memory(a.space().memory()), asked)
            .filter(i -> !i.isConstant() && solution.value(i).equals(there))
            .findFirst();
    if (cell.isEmpty()) {
      return Optional.empty();
    }
    for (Term part : led.handedOn(whole)) {
      for (Term sum : sums(led.index(), part)) {
        int shared = shared(terms, led.index(), sum);
        if (shared > 0) {
          Term page = terms.constant(solution.value(terms.substitute(sum, here)));
          Term placed = terms.insert(page, shared - 1, 0, terms.extract(cell.get(), shared - 1, 0));
          Term rest = terms.substitute(terms.sub(sum, part), here);
          return Optional.of(
              terms.insert(a.address(), part.high(), part.low(), terms.sub(placed, rest)));
        }
      }
    }
    return Optional.empty();
  }

  /// The cells that are read in what was asked, and those that the storage is said to have.
  private static Stream<Term> cells(Terms terms, Term storage, List<Term> asked) {
    return Stream.concat(
        Terms.all(Op.STORE, List.of(storage)).stream().map(s -> s.argument(1)),
        Least.cells(terms, asked).stream()
            .filter(c -> c.argument(0) == storage)
            .map(c -> c.argument(1)));
  }

  /// That part of an address with what is added to it, or as it is.
  private static List<Term> sums(Term index, Term part) {
    List<Term> sums = new ArrayList<>(Terms.all(Op.ADD, List.of(index)));
    sums.removeIf(s -> !s.arguments().contains(part));
    sums.add(part);
    return sums;
  }

  /// How many bits the two have in common, from the last one on.
  private static int shared(Terms terms, Term one, Term other) {
    int bits = Math.min(one.width(), other.width());
    while (bits > 0 && terms.extract(one, bits - 1, 0) != terms.extract(other, bits - 1, 0)) {
      bits--;
    }
    return bits;
  }
}
