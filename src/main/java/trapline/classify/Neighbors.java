package trapline.classify;

import java.util.List;
import java.util.OptionalInt;
import trapline.isa.Machine;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Translation;

/// Where an address lies as seen from another: all the cases that there are.
///
///     b = high(a) ++ low(b)      on the same page: what translates `a` translates `b`, term by term
///     high(b) != high(a)         on another
///
/// A page is what V leads to storage in one piece, as far as the form of translation tells: nothing but how
/// much a proof costs depends on it. Said of two variables, that both match the same entry takes a solver a
/// proof for each entry.
final class Neighbors {
  /// One case: where `b` is, and when it is so.
  record Case(Windows.Instance at, Term when) {}

  private final Machine machine;
  private final Terms terms;
  private final Composition f;

  Neighbors(Machine machine, Terms terms, Composition f) {
    this.machine = machine;
    this.terms = terms;
    this.f = f;
  }

  List<Case> of(Windows.Instance a, Windows.Instance b) {
    OptionalInt page = a.space() == b.space() ? page(a) : OptionalInt.empty();
    if (page.isEmpty()) {
      return List.of(new Case(b, terms.truth(true)));
    }
    int low = page.getAsInt();
    Term high = terms.extract(a.address(), a.address().width() - 1, low);
    Term same = terms.concat(high, terms.extract(b.address(), low - 1, 0));
    return List.of(
        new Case(new Windows.Instance(b.space(), b.access(), same), terms.truth(true)),
        new Case(
            b, terms.distinct(high, terms.extract(b.address(), b.address().width() - 1, low))));
  }

  /// How many low bits of an address are handed on as they are, those that count within a cell
  /// among them: the fewest, where there are pages of several sizes.
  private OptionalInt page(Windows.Instance a) {
    int within = Integer.numberOfTrailingZeros(machine.places(a.space()));
    Translation led = a.in(f.virtual(), terms);
    return led.handedOn(a.address()).stream()
        .filter(e -> e.low() <= within && e.high() >= within)
        .mapToInt(e -> e.high() + 1)
        .filter(width -> width < a.address().width())
        .min();
  }
}
