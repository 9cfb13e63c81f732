package trapline.classify;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Addresses that lead to cells of which a question speaks, as terms.
///
///     V leads a to  x + a[high..low]    =>    a[high..low] = cell - x   leads to the cell, wherever that is
///
/// Where windows are found to differ at an address of a solution, it is one that leads to such a cell, and the next
/// solution has others. Said of the address as a term, windows agree there in all of them. So many
/// segments over one storage need few corrections (decision 0035).
final class Alias {
  private static final String WHOLE = "aliased address";
  private static final String PART = "aliased part";

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
    Translation led = Translation.of(state, terms, a.space(), whole, a.access());
    int wide = led.index().width();
    Term part = terms.variable(PART + " (" + wide + ")", new Sort.BitVector(wide));
    for (Term handed : led.handedOn(whole)) {
      if (handed.width() != wide) {
        continue;
      }
      int high = handed.high();
      int low = handed.low();
      Term index =
          terms.substitute(led.index(), Map.of(whole, terms.insert(a.address(), high, low, part)));
      Term rest = terms.substitute(index, Map.of(part, terms.constant(wide, 0)));
      if (terms.add(rest, part) != index) {
        continue;
      }
      Bits there = solution.value(rest).add(a.address().value().extract(high, low));
      Optional<Term> cell =
          Least.cells(terms, asked).stream()
              .filter(c -> c.argument(0) == state.memory(a.space().memory()))
              .map(c -> c.argument(1))
              .filter(i -> !i.isConstant() && solution.value(i).equals(there))
              .findFirst();
      if (cell.isPresent()) {
        return Optional.of(terms.insert(a.address(), high, low, terms.sub(cell.get(), rest)));
      }
    }
    return Optional.empty();
  }
}
