package trapline.classify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.smt.Assignment;
import trapline.smt.Op;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// The states that the values of a solved question describe. What has no value is zero.
///
/// `consumed` are the ports that the instruction may read: something waits there in every state.
record Solution(
    Terms terms, List<Start> starts, Term wordTerm, Map<Term, Bits> values, Set<Port> consumed) {

  Bits word() {
    return number(wordTerm);
  }

  /// The initial state of a run, in constants.
  SymbolicState concrete(int run) {
    return starts.get(run).state().map(this::constant);
  }

  /// The initial states, as the concrete machine has them.
  List<Snapshot> images(Simulator simulator) {
    return starts.stream().map(s -> Snapshot.of(state(simulator, s.state()))).toList();
  }

  private State state(Simulator simulator, SymbolicState symbolic) {
    State state = simulator.blank();
    List<Slot> slots = symbolic.layout().slots();
    for (int i = 0; i < slots.size(); i++) {
      Term value = symbolic.get(i);
      switch (slots.get(i)) {
        case Slot.OfField(var register, var field) -> set(state, register, field, value);
        case Slot.OfMemory(var memory) ->
            cells(value).forEach((at, v) -> state.memory(memory, at.value().longValue(), v));
        case Slot.OfStream(var port) -> feed(state, port, value);
        case Slot.OfWindow window -> {}
        case Slot.OfPosition position -> {}
        case Slot.OfHalt halt -> {}
      }
    }
    return state;
  }

  private void set(State state, Register register, Field field, Term value) {
    if (register.isFile()) {
      cells(value)
          .forEach((at, v) -> {
            int index = at.value().intValue();
            if (index < register.count()) {
              Bits whole = state.register(register, index);
              state.register(register, index, whole.insert(field.high(), field.low(), v));
            }
          });
    } else {
      Bits whole = state.register(register, 0);
      state.register(register, 0, whole.insert(field.high(), field.low(), number(value)));
    }
  }

  /// Input ports hold their stream up to its last value that matters.
  private void feed(State state, Port port, Term stream) {
    if (!port.isInput()) {
      return;
    }
    Map<Bits, Bits> cells = cells(stream);
    int least = consumed.contains(port) ? 0 : -1;
    int last = cells.keySet().stream().mapToInt(Bits::toInt).max().orElse(least);
    for (int i = 0; i <= last; i++) {
      Bits at = Bits.of(((Sort.Array) stream.sort()).indexWidth(), i);
      state.feed(port, cells.getOrDefault(at, Bits.zero(port.width())));
    }
  }

  private Term constant(Term term) {
    if (!term.isVariable()) {
      return term;
    }
    if (!term.isArray()) {
      return terms.constant(number(term));
    }
    Sort.Array sort = (Sort.Array) term.sort();
    Term array = terms.constantArray(sort.indexWidth(), terms.constant(sort.width(), 0));
    for (Map.Entry<Bits, Bits> cell : cells(term).entrySet()) {
      array = terms.store(array, terms.constant(cell.getKey()), terms.constant(cell.getValue()));
    }
    return array;
  }

  private Bits number(Term term) {
    return terms.evaluate(
        term,
        new Assignment() {
          @Override
          public Bits variable(Term variable) {
            return values.getOrDefault(variable, Bits.zero(variable.width()));
          }

          @Override
          public Bits cell(Term array, Bits index) {
            return cells(array).getOrDefault(index, Bits.zero(((Sort.Array) array.sort()).width()));
          }

          @Override
          public Bits apply(String function, int width, List<Bits> arguments) {
            return Bits.zero(width);
          }
        });
  }

  /// The value of a variable of the question.
  Bits value(Term term) {
    return number(term);
  }

  /// The cells of an array that are not zero.
  private Map<Bits, Bits> cells(Term array) {
    Map<Bits, Bits> cells = new LinkedHashMap<>();
    if (array.op() == Op.STORE) {
      cells.putAll(cells(array.argument(0)));
      cells.put(number(array.argument(1)), number(array.argument(2)));
      return cells;
    }
    values.forEach((term, value) -> {
      if (term.op() == Op.SELECT && term.argument(0) == array && !value.isZero()) {
        Term index = term.argument(1);
        cells.put(
            index.isConstant() ? index.value() : Objects.requireNonNull(values.get(index)), value);
      }
    });
    return cells;
  }
}
