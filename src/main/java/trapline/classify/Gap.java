package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import trapline.diag.Contradiction;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Translation;

/// Decides whether an instruction has a *gap*: a state in which running it directly goes wrong.
///
///     for some virtual state S with M in modes:
///       i(f(S)) does not trap, and not ( i(S) completes, leaves virtual M and R alone, and i(f(S)) = f(i(S)) )
///
/// Where outcomes are chosen (`any`): some outcome of i(f(S)), and for every outcome of i(S).
///
/// f is [Composition]. A trap of the real run is never wrong: the monitor takes over. No gap in any
/// instruction is the exact condition for a trap-and-emulate monitor; with M restricted to virtual
/// user modes, for a hybrid one.
///
/// Where the architecture makes no promise for S, the real run need not keep one; where it makes none for
/// f(S), anything may happen to the monitor, which is a gap of its own kind: [#loosely].
///
/// Ours: the paper's theorems are sufficient conditions (p. 418, the two remarks).
final class Gap {
  static final Set<Dimension> HIDDEN =
      Set.of(Dimension.MODE, Dimension.RELOCATION, Dimension.CONTROL, Dimension.STORAGE);

  private Gap() {}

  static Finding decide(Inquiry inquiry, Property property, List<Mode> modes) {
    if (inquiry.composed().holds(property) && modes.stream().allMatch(inquiry.plain::isSo)) {
      inquiry.answeredByStructure();
      return Finding.fails(Finding.Grounds.STRUCTURE);
    }
    return inquiry.exists(question(inquiry, property, modes)).finding();
  }

  /// Whether no real run completes: the reason for having no gap is that the monitor gets control.
  static Finding trapsDirectly(Inquiry inquiry, Property property, List<Mode> modes) {
    return ofReal(inquiry, property, true, modes, Effects::completes).negate();
  }

  /// Whether some real run may do anything, whatever the virtual one may.
  static Finding loosely(Inquiry inquiry, Property property, List<Mode> modes) {
    return ofReal(inquiry, property, false, modes, Effects::unpredictable);
  }

  /// Whether some real run is so; witnessed, unless that would speak against a gap.
  private static Finding ofReal(
      Inquiry inquiry,
      Property property,
      boolean refutes,
      List<Mode> modes,
      Function<Effects, Term> condition) {
    return inquiry
        .exists(
            new Question(
                property,
                refutes,
                modes,
                new Question.Relation.Direct(),
                !refutes,
                runs -> condition.apply(runs.getLast())))
        .finding();
  }

  static Question question(Inquiry inquiry, Property property, List<Mode> modes) {
    return new Question(
        property,
        false,
        modes,
        new Question.Relation.Direct(),
        true,
        runs -> goesWrong(inquiry, runs.getFirst(), runs.getLast()),
        Optional.of(
            new Question.Against(0, runs -> isWrong(inquiry, runs.getFirst(), runs.getLast()))));
  }

  /// Whether not being sensitive implies that there is no gap: it goes the same way whatever M and
  /// R are, by own traps and by references, and what it computes depends on M and relocation, or on
  /// other control state, but not on both together.
  ///
  /// Then a difference between the virtual and the real result would show in two states that differ
  /// in one of the two only, and such pairs are what the classes are about.
  static boolean followsFromClasses(Inquiry inquiry) {
    Effects effects = inquiry.effects(Executor.Storage.WINDOW, Executor.Loops.ABSTRACTED);
    List<Term> way = new ArrayList<>(effects.constraints());
    way.addAll(effects.ownTrapRoutes());
    List<Term> values = new ArrayList<>();
    for (Effects.Reference reference : effects.accesses()) {
      way.add(reference.route());
      way.add(reference.address());
      reference.stored().ifPresent(values::add);
    }
    List<Slot> slots = inquiry.layout.slots();
    for (int i = 0; i < slots.size(); i++) {
      if (inquiry.layout.isVisible(slots.get(i))) {
        values.add(effects.after().get(i));
      }
    }
    boolean byControl =
        BehaviorSensitive.mentions(inquiry, effects, values, BehaviorSensitive.RESOURCE);
    boolean byPlace = BehaviorSensitive.mentions(inquiry, effects, values, BehaviorSensitive.JOINT);
    return effects.choices().isEmpty()
        && effects.handovers().isEmpty()
        && effects.touches().isFalse()
        && effects.faults().isFalse()
        && effects.unpredictable().isFalse()
        && effects.unresolved().isFalse()
        && effects.written().stream().noneMatch(inquiry.layout::isTranslating)
        && !BehaviorSensitive.mentions(inquiry, effects, way, HIDDEN)
        && !(byControl && byPlace)
        && inquiry.plain.leavesTheMonitors(effects);
  }

  /// The self-check: the classes and the exact criterion never contradict.
  ///
  /// @throws Contradiction when an instruction that is proven not sensitive is shown to have a gap
  static void check(
      String row, Finding sensitive, Finding gap, BooleanSupplier followsFromClasses) {
    if (sensitive.isFails() && gap.isHolds() && followsFromClasses.getAsBoolean()) {
      throw new Contradiction(
          "can '" + row + "' be run directly",
          "the classes: it is not sensitive, so it can",
          "the exact criterion: it cannot, "
              + gap.evidence().map(w -> w.observed()).orElse(List.of()));
    }
  }

  /// Whether there is a gap of either kind, as a region is asked about it.
  static Question either(Inquiry inquiry, Property property, List<Mode> modes) {
    return new Question(
        property,
        false,
        modes,
        new Question.Relation.Direct(),
        true,
        runs ->
            inquiry.terms.or(
                runs.getLast().unpredictable(),
                goesWrong(inquiry, runs.getFirst(), runs.getLast())),
        Optional.of(
            new Question.Against(
                0,
                runs ->
                    inquiry.terms.or(
                        runs.getLast().unpredictable(),
                        isWrong(inquiry, runs.getFirst(), runs.getLast())))));
  }

  private static Term goesWrong(Inquiry inquiry, Effects virtual, Effects real) {
    return inquiry.terms.and(real.completes(), isWrong(inquiry, virtual, real));
  }

  /// Whether the virtual outcome is not the real one's.
  private static Term isWrong(Inquiry inquiry, Effects virtual, Effects real) {
    var terms = inquiry.terms;
    Composition f = inquiry.composition();
    List<Term> wrong = new ArrayList<>();
    wrong.add(terms.not(virtual.completes()));
    Layout layout = inquiry.layout;
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      Term realBefore = real.before().get(i);
      Term realAfter = real.after().get(i);
      Term virtualBefore = virtual.before().get(i);
      Term virtualAfter = virtual.after().get(i);
      if (slot instanceof Slot.OfMemory(var memory) && inquiry.machine.isTranslated(memory)) {
        wrong.add(storageDiffers(inquiry, f, virtual, real, memory));
      } else if (slot instanceof Slot.OfWindow) {
        continue;
      } else if (realBefore == virtualBefore && !layout.isControl(slot)) {
        wrong.add(terms.not(Resources.same(terms, realAfter, virtualAfter)));
      } else {
        wrong.add(terms.not(Resources.same(terms, realBefore, realAfter)));
        wrong.add(terms.not(Resources.same(terms, virtualBefore, virtualAfter)));
      }
    }
    return terms.and(terms.not(virtual.unpredictable()), terms.or(wrong));
  }

  /// A guest's cell that differs afterwards, or a cell of the monitor's that was written.
  private static Term storageDiffers(
      Inquiry inquiry, Composition f, Effects virtual, Effects real, Memory memory) {
    var terms = inquiry.terms;
    Term index =
        terms.variable(
            Windows.DIFFERING + "cell of " + memory.name(),
            new Sort.BitVector(memory.indexWidth()));
    Term before = terms.select(real.before().memory(memory), index);
    Term after = terms.select(real.after().memory(memory), index);
    Translation origin = f.virtual(terms, index);
    Term wanted = terms.select(virtual.after().memory(memory), origin.index());
    return terms.ite(
        origin.translates(), terms.distinct(after, wanted), terms.distinct(after, before));
  }

  /// That corresponding cells hold the same, at every cell that the assertions read. Cells
  /// correspond one to one, so no others matter.
  static List<Term> correspondence(Terms terms, Composition f, List<Term> assertions) {
    Set<Term> all = new LinkedHashSet<>();
    for (Memory memory : Composition.placed(f.virtual().layout().machine())) {
      Term virtual = f.virtual().memory(memory);
      Term real = f.real().memory(memory);
      for (Term cell : Least.cells(terms, assertions)) {
        Term index = cell.argument(1);
        if (cell.argument(0) == virtual) {
          Translation to = f.real(terms, index);
          all.add(terms.implies(to.translates(), terms.eq(cell, terms.select(real, to.index()))));
        } else if (cell.argument(0) == real) {
          Translation from = f.virtual(terms, index);
          all.add(
              terms.implies(
                  from.translates(), terms.eq(cell, terms.select(virtual, from.index()))));
        }
      }
    }
    return List.copyOf(all);
  }
}
