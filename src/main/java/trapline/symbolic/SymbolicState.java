package trapline.symbolic;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.smt.Term;
import trapline.smt.Terms;

/// A term for every slot of a [Layout]. Mutable while the executor runs; copy to keep.
public final class SymbolicState {
  private final Layout layout;
  private final Term[] values;

  SymbolicState(Layout layout, Term[] values) {
    this.layout = layout;
    this.values = values;
  }

  SymbolicState copy() {
    return new SymbolicState(layout, values.clone());
  }

  /// The state with each value replaced.
  public SymbolicState map(UnaryOperator<Term> change) {
    return new SymbolicState(layout, Arrays.stream(values).map(change).toArray(Term[]::new));
  }

  /// This, with the chosen slots as they are in `that`.
  public SymbolicState with(SymbolicState that, Predicate<Slot> chosen) {
    SymbolicState mixed = copy();
    for (int i = 0; i < values.length; i++) {
      if (chosen.test(layout.slots().get(i))) {
        mixed.values[i] = that.values[i];
      }
    }
    return mixed;
  }

  public Layout layout() {
    return layout;
  }

  /// The term of slot number `index` of the layout.
  public Term get(int index) {
    return values[index];
  }

  void set(int index, Term value) {
    values[index] = value;
  }

  public List<Term> values() {
    return List.of(values);
  }

  public Term memory(Memory memory) {
    return values[layout.indexOf(memory)];
  }

  void memory(Memory memory, Term array) {
    values[layout.indexOf(memory)] = array;
  }

  Term window(Space space) {
    return values[layout.indexOf(space)];
  }

  void window(Space space, Term array) {
    values[layout.indexOf(space)] = array;
  }

  Term position(Port port) {
    return values[layout.positionOf(port)];
  }

  Term stream(Port port) {
    return values[layout.streamOf(port)];
  }

  Term element(Terms terms, Register register, Term index) {
    int slot = layout.indexOf(register);
    Term whole = null;
    for (Field field : register.fields()) {
      Term part = register.isFile() ? terms.select(values[slot], index) : values[slot];
      part = field.fixed().map(terms::constant).orElse(part);
      whole = whole == null ? part : terms.concat(whole, part);
      slot++;
    }
    return java.util.Objects.requireNonNull(whole);
  }

  void element(Terms terms, Register register, Term index, Term value) {
    int slot = layout.indexOf(register);
    for (Field field : register.fields()) {
      if (field.fixed().isEmpty()) {
        Term part = terms.extract(value, field.high(), field.low());
        values[slot] = register.isFile() ? terms.store(values[slot], index, part) : part;
      }
      slot++;
    }
  }

  /// Makes this the state that is `then` where the condition holds and this elsewhere.
  void merge(Terms terms, Term condition, SymbolicState then) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != then.values[i]) {
        values[i] = terms.ite(condition, then.values[i], values[i]);
      }
    }
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
