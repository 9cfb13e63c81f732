package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Chosen;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.smt.Assignment;
import trapline.smt.Op;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// The states that the values of a solved question describe. What has no value is zero.
///
/// `consumed` are the ports that the instruction may read: something waits there in every state.
record Solution(
    Terms terms,
    List<Start> starts,
    List<Effects> runs,
    Term wordTerm,
    Map<Term, Bits> values,
    Set<Port> consumed) {

  /// As many values more than one as may be taken when an instruction is started again.
  private static final int STARTED_AGAIN = 3;

  /// Values of variables only: no runs start from here.
  static Solution ofValues(Terms terms, Map<Term, Bits> values) {
    return new Solution(terms, List.of(), List.of(), terms.truth(true), values, Set.of());
  }

  Bits word() {
    return number(wordTerm);
  }

  /// The initial state of a run, in constants.
  SymbolicState concrete(int run) {
    return starts.get(run).state().map(this::constant);
  }

  /// The initial states, as the concrete machine has them.
  List<Snapshot> images(Simulator simulator) {
    List<Snapshot> images = new ArrayList<>();
    for (int run = 0; run < starts.size(); run++) {
      images.add(image(simulator, run).choosing(chosen(runs.get(run))));
    }
    return images;
  }

  /// An initial state, before anything is chosen.
  Snapshot image(Simulator simulator, int run) {
    return Snapshot.of(state(simulator, starts.get(run).state()));
  }

  /// What a run chooses on its way, and what it takes the maker to have chosen.
  Chosen chosen(Effects run) {
    List<BigInteger> any = new ArrayList<>();
    for (Effects.Choice choice : run.choices()) {
      if (!number(choice.route()).isZero()) {
        any.add(number(choice.value()).value());
      }
    }
    Map<Chosen.Call, BigInteger> unspecified = new LinkedHashMap<>();
    values.forEach((term, value) -> {
      if (term.op() == Op.APPLY) {
        unspecified.put(call(term), value.value());
      }
    });
    return new Chosen(any, unspecified);
  }

  /// What it takes the maker to have chosen, as facts.
  List<Term> functions() {
    List<Term> facts = new ArrayList<>();
    values.forEach((term, value) -> {
      if (term.op() == Op.APPLY) {
        List<Term> arguments =
            term.arguments().stream().map(a -> terms.constant(number(a))).toList();
        Term known = terms.apply(term.name(), term.width(), arguments);
        facts.add(terms.eq(known, terms.constant(value)));
      }
    });
    return facts;
  }

  private Chosen.Call call(Term application) {
    return new Chosen.Call(
        application.name(), application.arguments().stream().map(a -> number(a).value()).toList());
  }

  /// A value for every variable of these terms but `kept`.
  Map<Term, Term> constants(List<Term> of, Set<Term> kept) {
    Map<Term, Term> constants = new LinkedHashMap<>();
    for (Term term : of) {
      for (Term variable : terms.variables(term)) {
        if (!kept.contains(variable)) {
          constants.put(variable, constant(variable));
        }
      }
    }
    return constants;
  }

  private State state(Simulator simulator, SymbolicState symbolic) {
    State state = simulator.blank();
    List<Slot> slots = symbolic.layout().slots();
    for (int i = 0; i < slots.size(); i++) {
      Term value = symbolic.get(i);
      switch (slots.get(i)) {
        case Slot.OfField(var register, var field) -> set(state, register, field, value);
        case Slot.OfMemory(var memory) ->
            cells(value)
                .forEach((at, v) -> {
                  if (at.value().compareTo(memory.count()) < 0) {
                    state.memory(memory, at.value().longValue(), v);
                  }
                });
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
    int often = runs.size() > starts.size() ? STARTED_AGAIN : 0;
    int least = consumed.contains(port) ? often : -1;
    int last = cells.keySet().stream().mapToInt(Bits::toInt).max().orElse(least);
    for (int i = 0; i <= last; i++) {
      Bits at = Bits.of(((Sort.Array) stream.sort()).indexWidth(), i);
      state.feed(port, cells.getOrDefault(at, Bits.zero(port.width())));
    }
  }

  private Term constant(Term term) {
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
    return terms.evaluate(term, new Values());
  }

  /// The values as an assignment.
  private final class Values implements Assignment {
    private @Nullable Map<Chosen.Call, Bits> calls;

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
      var wanted = new Chosen.Call(function, arguments.stream().map(Bits::value).toList());
      return calls().getOrDefault(wanted, Bits.zero(width));
    }

    /// What the functions give, inner applications first: the arguments of an outer one are made of
    /// them.
    private Map<Chosen.Call, Bits> calls() {
      Map<Chosen.Call, Bits> known = calls;
      if (known == null) {
        Map<Chosen.Call, Bits> table = new LinkedHashMap<>();
        calls = table;
        known = table;
        values.keySet().stream()
            .filter(t -> t.op() == Op.APPLY)
            .sorted((a, b) -> Integer.compare(a.id(), b.id()))
            .forEach(t -> {
              List<BigInteger> arguments =
                  t.arguments().stream().map(a -> terms.evaluate(a, this).value()).toList();
              table.putIfAbsent(
                  new Chosen.Call(t.name(), arguments), Objects.requireNonNull(values.get(t)));
            });
      }
      return known;
    }
  }

  /// The value of a variable of the question.
  Bits value(Term term) {
    return number(term);
  }

  /// The cells of an array that are not zero.
  private Map<Bits, Bits> cells(Term array) {
    Deque<Term> stores = new ArrayDeque<>();
    Term under = array;
    while (under.op() == Op.STORE || under.op() == Op.ITE) {
      if (under.op() == Op.STORE) {
        stores.push(under);
        under = under.argument(0);
      } else {
        under = under.argument(number(under.argument(0)).isZero() ? 2 : 1);
      }
    }
    Map<Bits, Bits> cells = new LinkedHashMap<>();
    Term first = under;
    values.forEach((term, value) -> {
      if (term.op() == Op.SELECT && term.argument(0) == first) {
        Term index = term.argument(1);
        cells.put(
            index.isConstant() ? index.value() : Objects.requireNonNull(values.get(index)), value);
      }
    });
    stores.forEach(s -> cells.put(number(s.argument(1)), number(s.argument(2))));
    cells.values().removeIf(Bits::isZero);
    return cells;
  }
}
