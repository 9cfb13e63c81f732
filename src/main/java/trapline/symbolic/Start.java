package trapline.symbolic;

import java.util.Map;
import java.util.Set;
import trapline.isa.Field;
import trapline.smt.Term;
import trapline.smt.Terms;

/// An initial state: a variable for every slot, named as the slot, with a mark behind the name
/// where the slot's dimension is free in a comparison. Two starts in one factory share all other
/// variables.
///
/// `windowShared` says whether the comparison assumes that the two windows agree; if not, the
/// windows of a marked start have names of their own too.
public record Start(SymbolicState state, String mark) {

  /// The one state of a question about single states, or the first of two.
  public static Start only(Layout layout, Terms terms) {
    return other(layout, terms, Set.of(), true, "");
  }

  /// The second state of a comparison.
  public static Start other(
      Layout layout, Terms terms, Set<Dimension> free, boolean windowShared, String mark) {
    Term[] values = new Term[layout.slots().size()];
    for (int i = 0; i < values.length; i++) {
      Slot slot = layout.slots().get(i);
      boolean marked =
          switch (slot) {
            case Slot.OfWindow window -> !windowShared;
            case Slot.OfField field -> layout.isOf(slot, free);
            case Slot.OfMemory memory -> layout.isOf(slot, free);
            case Slot.OfStream stream -> layout.isOf(slot, free);
            case Slot.OfPosition position -> false;
            case Slot.OfHalt halt -> false;
          };
      values[i] =
          switch (slot) {
            case Slot.OfPosition position -> terms.constant(Slot.OfPosition.WIDTH, 0);
            case Slot.OfHalt halt -> terms.truth(false);
            case Slot.OfField(var register, Field field)
                when field.fixed().isPresent() && !register.isFile() ->
                terms.constant(field.fixed().get());
            case Slot.OfField field -> terms.variable(name(slot, marked, mark), slot.sort());
            case Slot.OfMemory memory -> terms.variable(name(slot, marked, mark), slot.sort());
            case Slot.OfWindow window -> terms.variable(name(slot, marked, mark), slot.sort());
            case Slot.OfStream stream -> terms.variable(name(slot, marked, mark), slot.sort());
          };
    }
    return new Start(new SymbolicState(layout, values), mark);
  }

  /// With these put in for values of its slots.
  public Start replacing(Map<Term, Term> values) {
    return new Start(state.map(t -> values.getOrDefault(t, t)), mark);
  }

  private static String name(Slot slot, boolean marked, String mark) {
    return marked ? slot.name() + mark : slot.name();
  }
}
