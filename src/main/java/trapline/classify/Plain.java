package trapline.classify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import trapline.isa.Mode;
import trapline.smt.Term;
import trapline.symbolic.Composition;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// Whether an instruction is *plain* where it runs directly: nothing that it does depends on M,
/// storage outside the window, or R that is another in reality, or touches them, nor whether it
/// traps itself, but that it may trap in reality alone.
///
/// Then both runs make the same references; where the real one gets through, so does the virtual
/// one, to the corresponding cell, since translations compose: so neither reaches a device's
/// register, and nothing is asked of what would come of that. So it has no gap ([Gap]).
final class Plain {
  private final Inquiry inquiry;
  private final Map<Mode, Boolean> known = new HashMap<>();

  Plain(Inquiry inquiry) {
    this.inquiry = inquiry;
  }

  /// Whether it is in all virtual states of that mode.
  boolean isSo(Mode mode) {
    return known.computeIfAbsent(mode, this::isPlain);
  }

  private boolean isPlain(Mode mode) {
    Reality reality = Reality.in(inquiry, mode);
    Effects effects = inquiry.effectsOnStorage(new Start(reality.virtual, ""));
    Predicate<String> hidden =
        BehaviorSensitive.of(inquiry, Gap.HIDDEN).and(reality.others::contains);
    return Resources.areUntouched(effects)
        && effects.written().stream().noneMatch(inquiry.layout::isControl)
        && leavesTheMonitors(effects)
        && effects.touches().isFalse()
        && !inquiry.mayRetranslateDirectly(effects, List.of(mode))
        && !BehaviorSensitive.maySee(inquiry, effects, hidden)
        && !inquiry.mayFault(effects)
        && (!BehaviorSensitive.mentions(inquiry, effects, effects.ownTrapRoutes(), hidden)
            || !inquiry.mayTrapUnlikeReality(mode, effects, reality.real));
  }

  /// Whether clocks are left alone, and what is neither M nor R, and yet the monitor's own in
  /// reality, is neither written nor read.
  boolean leavesTheMonitors(Effects effects) {
    if (effects.written().stream().anyMatch(s -> inquiry.layout.isOf(s, BehaviorSensitive.TIME))) {
      return false;
    }
    Composition f = inquiry.composition();
    List<Slot> slots = inquiry.layout.slots();
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (f.real().get(i) != f.virtual().get(i)
          && !inquiry.layout.isControl(slot)
          && !(slot instanceof Slot.OfMemory)) {
        names.add(slot.name());
      }
    }
    if (names.isEmpty()) {
      return true;
    }
    if (effects.written().stream().anyMatch(s -> names.contains(s.name()))) {
      return false;
    }
    List<Term> all = new ArrayList<>(effects.constraints());
    effects.traps().forEach(e -> all.add(e.route()));
    for (Effects.Reference reference : effects.accesses()) {
      all.add(reference.route());
      all.add(reference.address());
      all.add(reference.index());
      reference.stored().ifPresent(all::add);
    }
    for (int i = 0; i < slots.size(); i++) {
      if (effects.after().get(i) != effects.before().get(i)) {
        all.add(effects.after().get(i));
      }
    }
    effects.unknowns().values().forEach(all::addAll);
    return all.stream()
        .flatMap(t -> inquiry.terms.variables(t).stream())
        .noneMatch(v -> names.contains(v.name()));
  }

  /// A virtual state of a mode and its real one. What both have in common there is put into them;
  /// `others` are the slots of which that is not known.
  private record Reality(SymbolicState virtual, SymbolicState real, Set<String> others) {
    static Reality in(Inquiry inquiry, Mode mode) {
      Composition f = inquiry.composition();
      List<Term> given = new ArrayList<>(f.constraints());
      given.add(Executor.value(inquiry.terms, mode.holds(), f.virtual(), Map.of()));
      Map<Term, Term> fixed = inquiry.fixed(given);
      SymbolicState real = f.real().map(t -> inquiry.terms.substitute(t, fixed));
      Map<Term, Term> common = new HashMap<>();
      Set<String> others = new LinkedHashSet<>();
      for (int i = 0; i < real.layout().slots().size(); i++) {
        Term virtual = f.virtual().get(i);
        if (inquiry.terms.substitute(virtual, fixed) == real.get(i)) {
          common.put(virtual, real.get(i));
        } else {
          others.add(real.layout().slots().get(i).name());
        }
      }
      return new Reality(f.virtual().map(t -> common.getOrDefault(t, t)), real, others);
    }
  }
}
