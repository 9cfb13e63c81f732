package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.smt.Answer;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// Finds out for which values of some of its variables a question has a yes.
///
///     while there is a value x that is neither in `absent` nor in `present`:
///       the question has no answer at x:  absent += the largest cube around x in which it has none
///       it has one, in the states S:      present += { x' : S, made to fit x', answers it at x' }
///
/// Both sides are proofs, so when nothing is left the region is exact. *Made to fit*: the word x' is put where
/// S fetches it, what an operand chooses holds what was chosen in S, and registers that address storage are
/// set so that it is the same storage. A fit may be bad, as it is checked against the question.
final class Survey {
  /// Values tried before a region is left inexact: each of 32 registers may be a case of its own.
  private static final int ROUNDS = 40;

  /// A region that takes more patterns to say helps nobody, unless each is of one operand: they
  /// read as a set of its values.
  private static final int PATTERNS = 8;

  private static final int VALUES = 16;

  /// With more cells read than that, where an instruction reads tables, few words are alike.
  private static final int CELLS = 16;

  /// How often values are left out for which the windows of fitted states differ somewhere.
  private static final int CORRECTIONS = 8;

  private final Inquiry inquiry;
  private final Search search;
  private final Terms terms;
  private final Question question;
  private final Map<String, Term> variables = new LinkedHashMap<>();
  private final List<Region.Cube> absent = new ArrayList<>();

  private Survey(Inquiry inquiry, Question question, List<Term> variables) {
    this.inquiry = inquiry;
    search = new Search(inquiry);
    this.terms = inquiry.terms;
    this.question = question;
    variables.forEach(v -> this.variables.put(name(v), v));
  }

  static Region of(Inquiry inquiry, Question question, List<Term> variables) {
    return new Survey(inquiry, question, variables).region();
  }

  /// An operand, or a field that a monitor sets, as the description calls it.
  private static String name(Term variable) {
    return variable.name().substring(variable.name().indexOf(' ') + 1);
  }

  private int width(String name) {
    return Objects.requireNonNull(variables.get(name)).width();
  }

  private Map<String, Integer> widths() {
    Map<String, Integer> widths = new LinkedHashMap<>();
    variables.forEach((name, variable) -> widths.put(name, variable.width()));
    return widths;
  }

  private Region region() {
    Posed posed = inquiry.pose(question);
    if (!posed.isLoopless()) {
      return Region.unknown(widths(), "it has loops");
    }
    Posed fetched = posed.whereFetched();
    List<Term> proof = inquiry.assertions(posed);
    List<Term> asked = inquiry.assertions(fetched);
    boolean ofWord = variables.values().stream().anyMatch(InstructionWord::isOperand);
    if (ofWord && inquiry.readsTables(posed) && readsMuch(asked)) {
      return Region.unknown(widths(), "the word may be in the tables that are read");
    }
    Term encodes = inquiry.encodes(posed.starts().getFirst().state());
    Term present = terms.truth(false);
    for (int round = 0; round < ROUNDS; round++) {
      List<Term> left = new ArrayList<>(List.of(encodes, terms.not(present)));
      absent.forEach(cube -> left.add(terms.not(term(cube))));
      Map<String, Bits> at = new LinkedHashMap<>();
      switch (inquiry.solver.check(left)) {
        case Answer.Unsat unsat -> {
          return checked(encodes);
        }
        case Answer.Unknown(var why) -> {
          return inexact(why);
        }
        case Answer.Sat(var model) -> variables.forEach((name, v) -> at.put(name, model.value(v)));
      }
      Region.Cube here = point(at);
      switch (inquiry.solver.check(with(proof, term(here)))) {
        case Answer.Unsat unsat -> {
          if (isLong()) {
            return tooLong();
          }
          absent.add(widened(proof, here));
        }
        case Answer.Unknown(var why) -> {
          return inexact(why);
        }
        case Answer.Sat sat -> {
          switch (search.seek(fetched, with(asked, term(here)), Least.Size.ANY)) {
            case Search.Sought.Nothing() -> {
              if (isLong()) {
                return tooLong();
              }
              absent.add(here);
            }
            case Search.Sought.Unclear(var why) -> {
              return inexact(why);
            }
            case Search.Sought.Stands(var solution) ->
                present =
                    terms.or(List.of(present, term(here), likewise(fetched, asked, solution)));
          }
        }
      }
    }
    return inexact("more than " + ROUNDS + " values had to be tried");
  }

  /// Whether another word may lead so far elsewhere that nearly each is a case of its own.
  private boolean readsMuch(List<Term> asked) {
    return inquiry.layout.isTranslatedByStorage() || Least.cells(terms, asked).size() > CELLS;
  }

  /// What is said of the region is said of the same values.
  private Region checked(Term encodes) {
    Term outside = terms.or(absent.stream().map(this::term).toList());
    List<Region.Form> candidates = new ArrayList<>();
    Region plain = new Region(widths(), List.copyOf(absent), true, Optional.empty());
    if (plain.mentions() > 1) {
      candidates.addAll(comparisons());
    }
    candidates.add(plain.form());
    for (Region.Form form : candidates) {
      Term differs = terms.eq(outside, form.term(terms, variables));
      if (inquiry.solver.check(List.of(encodes, differs)) instanceof Answer.Unsat) {
        return plain.inWords(form);
      }
    }
    return inexact("its words could not be checked");
  }

  /// That two operands are equal, or not.
  private List<Region.Form> comparisons() {
    List<Region.Form> all = new ArrayList<>();
    List<String> names = List.copyOf(variables.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        String one = names.get(j);
        String two = names.get(i);
        if (width(one) == width(two)) {
          all.add(new Region.Form.Same(one, two, true));
          all.add(new Region.Form.Same(one, two, false));
        }
      }
    }
    return all;
  }

  private boolean isLong() {
    boolean areValues = absent.stream().allMatch(c -> c.patterns().size() == 1);
    return absent.size() >= (areValues ? VALUES : PATTERNS);
  }

  private Region tooLong() {
    return Region.unknown(widths(), "it takes more than " + absent.size() + " patterns to say");
  }

  private Region inexact(String why) {
    return new Region(widths(), List.copyOf(absent), false, Optional.of(why));
  }

  private static List<Term> with(List<Term> all, Term more) {
    List<Term> result = new ArrayList<>(all);
    result.add(more);
    return result;
  }

  private static Region.Cube point(Map<String, Bits> at) {
    Map<String, Region.Pattern> patterns = new LinkedHashMap<>();
    at.forEach(
        (name, value) -> patterns.put(name, new Region.Pattern(Bits.ones(value.width()), value)));
    return new Region.Cube(patterns);
  }

  private Term term(Region.Cube cube) {
    List<Term> all = new ArrayList<>();
    cube.patterns()
        .forEach((name, pattern) ->
            all.add(Region.matches(terms, Objects.requireNonNull(variables.get(name)), pattern)));
    return terms.and(all);
  }

  /// Drops whole variables first, then bits, as long as there is still no answer.
  private Region.Cube widened(List<Term> proof, Region.Cube cube) {
    Map<String, Region.Pattern> patterns = new LinkedHashMap<>(cube.patterns());
    for (String name : List.copyOf(patterns.keySet())) {
      Map<String, Region.Pattern> fewer = new LinkedHashMap<>(patterns);
      fewer.remove(name);
      if (isAbsent(proof, fewer)) {
        patterns = fewer;
      }
    }
    for (String name : List.copyOf(patterns.keySet())) {
      for (int bit = 0; bit < width(name); bit++) {
        Region.Pattern pattern = Objects.requireNonNull(patterns.get(name));
        Map<String, Region.Pattern> fewer = new LinkedHashMap<>(patterns);
        fewer.put(
            name,
            new Region.Pattern(
                pattern.mask().insert(bit, bit, Bits.FALSE),
                pattern.value().insert(bit, bit, Bits.FALSE)));
        if (isAbsent(proof, fewer)) {
          patterns = fewer;
        }
      }
    }
    return new Region.Cube(patterns);
  }

  private boolean isAbsent(List<Term> proof, Map<String, Region.Pattern> patterns) {
    return inquiry.solver.check(with(proof, term(new Region.Cube(patterns))))
        instanceof Answer.Unsat;
  }

  private List<Effects.Reference> fetches(Start start) {
    var fetch =
        new Executor(
            terms, Executor.Storage.PHYSICAL, Executor.Loops.UNROLLED, start.mark() + " fetch");
    fetch.fetches(inquiry.machine, start.state(), inquiry.word);
    return fetch.references();
  }

  /// The values for which the states of a solution, made to fit, answer the question as well.
  private Term likewise(Posed posed, List<Term> asked, Solution solution) {
    if (posed.isChoosing()) {
      return terms.truth(false);
    }
    List<Term> mentioned = new ArrayList<>(asked);
    posed.starts().forEach(s -> mentioned.addAll(s.state().values()));
    Map<Term, Term> fitted = solution.constants(mentioned, Set.copyOf(variables.values()));
    List<Term> cells = Least.cells(terms, asked);
    refill(cells.stream().filter(c -> isRegister(posed, c.argument(0))), solution, fitted);
    readdress(posed, solution, fitted);
    refill(cells.stream().filter(c -> !isRegister(posed, c.argument(0))), solution, fitted);
    refetch(posed, solution, fitted);
    return agreeing(posed, fitted, terms.and(terms.substitute(asked, fitted)));
  }

  /// The values among these for which the windows of the states agree.
  private Term agreeing(Posed posed, Map<Term, Term> fitted, Term values) {
    if (!question.windowsAgree()) {
      return values;
    }
    List<SymbolicState> states =
        posed.starts().stream().map(s -> s.state().map(t -> terms.substitute(t, fitted))).toList();
    Term agreeing = values;
    for (int round = 0; round < CORRECTIONS && !agreeing.isFalse(); round++) {
      var broken =
          inquiry.windows.disagreement(
              states.getFirst(), states.getLast(), agreeing, inquiry.checker);
      if (broken.isEmpty()) {
        return terms.truth(false);
      }
      if (broken.get().isEmpty()) {
        return agreeing;
      }
      agreeing =
          terms.and(
              agreeing,
              terms.and(
                  inquiry.windows.agreement(states.getFirst(), states.getLast(), broken.get())));
    }
    return terms.truth(false);
  }

  /// Cells that an operand chooses: they hold what the chosen cell held.
  private void refill(Stream<Term> cells, Solution solution, Map<Term, Term> fitted) {
    cells.forEach(cell -> {
      Term index = terms.substitute(cell.argument(1), fitted);
      Term array = fitted.get(cell.argument(0));
      if (array != null && !index.isConstant()) {
        fitted.put(
            cell.argument(0), terms.store(array, index, terms.constant(solution.value(cell))));
      }
    });
  }

  /// Register elements that an address is made of, and that are chosen by an operand.
  private void readdress(Posed posed, Solution solution, Map<Term, Term> fitted) {
    for (Effects.Reference reference : posed.runs().getFirst().accesses()) {
      Term address = reference.address();
      Term element = null;
      for (Term read : Least.reads(address)) {
        if (element == null
            && isRegister(posed, read.argument(0))
            && read.width() == address.width()) {
          element = read;
        }
      }
      if (element == null) {
        continue;
      }
      Term rest =
          terms.substitute(
              terms.substitute(address, Map.of(element, terms.constant(element.width(), 0))),
              fitted);
      Term wanted = terms.sub(terms.constant(solution.value(address)), rest);
      Term file = element.argument(0);
      Term index = terms.substitute(element.argument(1), fitted);
      fitted.put(file, terms.store(Objects.requireNonNull(fitted.get(file)), index, wanted));
    }
  }

  private boolean isRegister(Posed posed, Term array) {
    List<Slot> slots = inquiry.layout.slots();
    return IntStream.range(0, slots.size())
        .filter(i -> slots.get(i) instanceof Slot.OfField)
        .anyMatch(i -> posed.starts().stream().anyMatch(s -> s.state().get(i) == array));
  }

  /// The word goes where it is fetched, in every start.
  private void refetch(Posed posed, Solution solution, Map<Term, Term> fitted) {
    for (Start start : posed.starts()) {
      for (Effects.Reference reference : fetches(start)) {
        Term storage = start.state().memory(reference.space().memory());
        Term before = fitted.get(storage);
        if (before != null && reference.space().memory().width() == inquiry.word.word().width()) {
          Term at = terms.constant(solution.value(reference.index()));
          fitted.put(storage, terms.store(before, at, inquiry.word.word()));
        }
      }
    }
  }
}
