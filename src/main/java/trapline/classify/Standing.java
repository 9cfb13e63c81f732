package trapline.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.smt.Answer;
import trapline.smt.Op;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Addresses that lead to the same cells in every state of a mode, as those of an unmapped segment do.
///
///     for all S in `mode` and all cells c < 2^(high - low + 1):   V leads address(c) to c
///     address(c) = `base` with c in its bits high..low
///
/// Two states agree on the window only if an address leads to the cell that one of these leads to in
/// both or in neither ([Windows]). So it is settled where it leads; but a question must mention the
/// other address, and corrections find that for one value at a time.
///
/// Found in the form of translation: bits of an address that it hands on; and then proven.
record Standing(Mode mode, Space space, Bits base, int high, int low) {

  /// Those of every mode. Not looked for where translation reads storage, as the proofs take longer
  /// than they save.
  static List<Standing> of(Layout layout, Terms terms, Solver solver) {
    List<Standing> found = new ArrayList<>();
    if (!layout.isTranslatedByStorage()) {
      SymbolicState state = Start.only(layout, terms).state();
      Windows windows = new Windows(layout.machine(), terms, false);
      for (Mode mode : layout.machine().modes()) {
        for (Space space : layout.machine().spaces()) {
          of(mode, space, state, windows, terms, solver).ifPresent(found::add);
        }
      }
    }
    return List.copyOf(found);
  }

  private static Optional<Standing> of(
      Mode mode, Space space, SymbolicState state, Windows windows, Terms terms, Solver solver) {
    Windows.Instance any =
        new Windows.Instance(space, Access.LOAD, windows.variable("address", space));
    Translation led = Translation.of(state, terms, space, any.address(), Access.LOAD);
    Term inMode = Executor.value(terms, mode.holds(), state, Map.of());
    for (Term bits : stretches(terms, led, any.address())) {
      Term told = terms.eq(led.index(), terms.zext(bits, led.index().width()));
      List<Term> question =
          terms.substitute(List.of(inMode, led.translates(), told), emptied(terms, inMode, led));
      var some = windows.ask(solver, question, List.of(any), Least.Size.LEAST);
      if (some.isEmpty() || some.get().isEmpty()) {
        continue;
      }
      Bits least = some.get().iterator().next().address().value();
      Standing here =
          new Standing(
              mode,
              space,
              least.insert(bits.high(), bits.low(), Bits.zero(bits.width())),
              bits.high(),
              bits.low());
      if (here.stands(state, inMode, terms, solver)) {
        return Optional.of(here);
      }
    }
    return Optional.empty();
  }

  /// Stretches of the address that may be all of a cell's number, from where one begins that is
  /// handed on to where one ends, the widest first.
  private static List<Term> stretches(Terms terms, Translation led, Term address) {
    List<Term> parts = led.handedOn(address);
    return parts.stream()
        .flatMap(top ->
            parts.stream()
                .filter(end -> end.low() <= top.high())
                .map(end ->
                    terms.extract(
                        address,
                        Math.min(top.high(), end.low() + led.index().width() - 1),
                        end.low())))
        .distinct()
        .filter(bits -> bits.op() == Op.EXTRACT)
        .sorted(Comparator.comparing(Term::width).reversed())
        .toList();
  }

  /// Zeros for all register files and all storage.
  private static Map<Term, Term> emptied(Terms terms, Term inMode, Translation led) {
    Map<Term, Term> empty = new LinkedHashMap<>();
    for (Term read : List.of(inMode, led.translates(), led.index())) {
      for (Term variable : terms.variables(read)) {
        if (variable.sort() instanceof Sort.Array(var indexWidth, var width)) {
          empty.put(variable, terms.constantArray(indexWidth, terms.constant(width, 0)));
        }
      }
    }
    return empty;
  }

  private boolean stands(SymbolicState state, Term inMode, Terms terms, Solver solver) {
    int width = high - low + 1;
    Term cell = terms.variable("cell (" + width + ")", new Sort.BitVector(width));
    Translation led = Translation.of(state, terms, space, address(terms, cell), Access.LOAD);
    Term there =
        terms.and(led.translates(), terms.eq(led.index(), terms.zext(cell, led.index().width())));
    int wide = Math.max(width, space.memory().count().bitLength());
    Term exists =
        terms.ult(terms.zext(cell, wide), terms.constant(new Bits(wide, space.memory().count())));
    return solver.check(List.of(inMode, exists, terms.not(there))) instanceof Answer.Unsat;
  }

  /// Where that cell is looked at, if it is one of these.
  Windows.Instance at(Terms terms, Term index) {
    return new Windows.Instance(
        space, Access.LOAD, address(terms, terms.extract(index, high - low, 0)));
  }

  private Term address(Terms terms, Term cell) {
    return terms.insert(terms.constant(base), high, low, cell);
  }
}
