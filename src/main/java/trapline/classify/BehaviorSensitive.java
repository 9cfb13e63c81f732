package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.smt.Term;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.SymbolicState;

/// Decides whether an instruction is *behavior-sensitive*: does what it does depend on what it must not see?
///
///     S1 and S2 agree on the window and P, differ in the free dimensions, and
///     i(S1) and i(S2) complete, keep M and R, and do not agree on the window and P
///
/// Where outcomes are chosen (`any`): some such outcome of i(S1) differs from every one of i(S2), and
/// there is one. A difference that is only due to the choice is none.
///
/// By what is free: *location* (relocation, and storage outside the window), *mode*, and beyond the
/// paper *resource* (the rest of R) and *time* (clocks). The paper's definition frees mode and
/// location together: [#JOINT]; a witness may need both where the state in between traps.
///
/// Source: p. 416 f. Agreement is [Windows].
final class BehaviorSensitive {
  static final Set<Dimension> LOCATION = Set.of(Dimension.RELOCATION, Dimension.STORAGE);
  static final Set<Dimension> MODE = Set.of(Dimension.MODE);
  static final Set<Dimension> RESOURCE = Set.of(Dimension.CONTROL);
  static final Set<Dimension> TIME = Set.of(Dimension.CLOCK);
  static final Set<Dimension> JOINT =
      Set.of(Dimension.MODE, Dimension.RELOCATION, Dimension.STORAGE);

  private BehaviorSensitive() {}

  static Finding decide(Inquiry inquiry, Property property, Set<Dimension> free, List<Mode> modes) {
    if (!maySee(inquiry, free, modes)) {
      inquiry.answeredByStructure();
      return Finding.fails(Finding.Grounds.STRUCTURE);
    }
    return inquiry.exists(question(inquiry, property, free, modes)).finding();
  }

  static Question question(
      Inquiry inquiry, Property property, Set<Dimension> free, List<Mode> modes) {
    return new Question(
        property,
        false,
        modes,
        new Question.Relation.Pair(free, modes, true),
        true,
        runs -> {
          Effects one = runs.getFirst();
          Effects two = runs.getLast();
          return inquiry.terms.and(
              List.of(settles(inquiry, one), settles(inquiry, two), differ(inquiry, one, two)));
        },
        Optional.of(
            new Question.Against(
                1,
                runs ->
                    inquiry.terms.implies(
                        settles(inquiry, runs.getLast()),
                        differ(inquiry, runs.getFirst(), runs.getLast())))));
  }

  /// Of two runs that settle. So what they leave in M and R is what was there before, and is said
  /// in those words: else a solver has to find out of each entry of a buffer that it is as it was.
  private static Term differ(Inquiry inquiry, Effects one, Effects two) {
    var terms = inquiry.terms;
    SymbolicState first = Resources.restored(one);
    SymbolicState second = Resources.restored(two);
    List<Term> differences = new ArrayList<>();
    List<Slot> slots = inquiry.layout.slots();
    for (int i = 0; i < slots.size(); i++) {
      if (inquiry.layout.isVisible(slots.get(i))) {
        differences.add(terms.not(Resources.same(terms, first.get(i), second.get(i))));
      }
    }
    differences.add(inquiry.windows.disagreement(first, second, inquiry.windows.observed()));
    return terms.or(differences);
  }

  /// Whether a run completes and keeps M and R.
  private static Term settles(Inquiry inquiry, Effects run) {
    return inquiry.terms.and(run.completes(), Resources.kept(inquiry.terms, run));
  }

  /// Whether anything that the program could see, or a reference on the way there, mentions a free
  /// dimension, when it starts in these modes.
  ///
  /// If not, the two runs make the same references in the same order, so, windows agreeing, they
  /// read the same and end the same. Every reference counts, as does what is stored: under an
  /// aliasing translation a store may show elsewhere. Where outcomes are chosen, so does which of
  /// them complete and keep M and R. And translation must stay what it is: nothing that it depends
  /// on is written, not even to be restored.
  static boolean maySee(Inquiry inquiry, Set<Dimension> free, List<Mode> modes) {
    Effects effects = inquiry.effects(Executor.Storage.WINDOW, Executor.Loops.ABSTRACTED);
    return inquiry.mayRetranslate(effects, modes) || maySee(inquiry, effects, of(inquiry, free));
  }

  /// The same of these effects, read from the window, where translation stays what it is.
  static boolean maySee(Inquiry inquiry, Effects effects, Predicate<String> free) {
    boolean stores = effects.accesses().stream().anyMatch(a -> a.stored().isPresent());
    if (effects.writesPhysically()
        || (stores && !effects.touches().isFalse())
        || !effects.unresolved().isFalse()) {
      return true;
    }
    List<Term> seen = new ArrayList<>(effects.constraints());
    if (!effects.choices().isEmpty()) {
      seen.add(settles(inquiry, effects));
    }
    Layout layout = inquiry.layout;
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      if (layout.isVisible(slot) || slot instanceof Slot.OfWindow) {
        seen.add(effects.after().get(i));
      }
    }
    for (Effects.Reference reference : effects.accesses()) {
      seen.add(reference.route());
      seen.add(reference.address());
      reference.stored().ifPresent(seen::add);
    }
    return mentions(inquiry, effects, seen, free);
  }

  /// Whether one of the terms depends on a variable of a free dimension.
  static boolean mentions(Inquiry inquiry, Effects effects, List<Term> terms, Set<Dimension> free) {
    return mentions(inquiry, effects, terms, of(inquiry, free));
  }

  /// Which variables are of these dimensions.
  static Predicate<String> of(Inquiry inquiry, Set<Dimension> dimensions) {
    return name -> inquiry.layout.dimension(name).filter(dimensions::contains).isPresent();
  }

  /// Whether one of the terms depends on a variable that is free.
  static boolean mentions(
      Inquiry inquiry, Effects effects, List<Term> terms, Predicate<String> free) {
    Set<Term> done = new LinkedHashSet<>();
    List<Term> work = new ArrayList<>(terms);
    while (!work.isEmpty()) {
      for (Term variable : inquiry.terms.variables(work.removeLast())) {
        if (done.add(variable)) {
          if (free.test(variable.name())) {
            return true;
          }
          work.addAll(effects.unknowns().getOrDefault(variable, List.of()));
        }
      }
    }
    return false;
  }
}
