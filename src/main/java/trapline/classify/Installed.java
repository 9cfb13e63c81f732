package trapline.classify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.DeviceCell;
import trapline.isa.Field;
import trapline.isa.Role;
import trapline.smt.Answer;
import trapline.smt.Model;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Layout;
import trapline.symbolic.Shadow;
import trapline.symbolic.Slot;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Whether a monitor that installs mappings keeps its guests to their storage, for every virtual
/// state S and real state T, all addresses a and b, and each kind of access:
///
///     empty      after `unmap()`, V is right at b
///     sound      where T is right at b, and V leads a in S to the guest's cell v, no device's:
///                after `map(a, base + v)`, V is right at b; where that leads to a cell of the guest's
///                that is a device's, after `unmap(a)`, as the monitor takes it out again
///     seen       what `map(a, base + v)` newly puts into a T | j, V finds in T. Where that is proven, a
///                part is known to lead to no device either, as the monitor has found none in T
///     useful     and V leads a there
///     taken out  after `unmap(a)`, V leads a nowhere, is right at b where it was, and of what
///                `map(a, ...)` alone puts in nothing is left
///     own        none of them changes anything but what is `virtual` and not said, and the tables
///     even       where translation is looked up in storage, or cells are devices': of what `map(a, base + v)` alone puts in, b leads
///                to a cell as far from base + v as b is from a, as addresses count cells
///     quiet      translation depends on no register that programs change themselves
///
/// *Right* is meant of T and of each T | j: [Shadow]. Then by induction over what the monitor does, the
/// real translation is always a consistent subset of the composition, which is what a guest is to be
/// kept to, and what the exact criterion assumes of f. That the monitor takes out what the guest's
/// translation no longer says is its own doing, the same for every machine (decision 0015).
final class Installed {
  private final Layout layout;
  private final Solver solver;
  private final Terms terms;
  private final Composition f;
  private final Shadow shadow;
  private final Term modes;
  private final Neighbors neighbors;
  private final Frame frame;
  private final List<Windows.Instance> anywhere;
  private final List<Windows.Instance> elsewhere;
  private final Map<Windows.Instance, List<Term>> held = new HashMap<>();
  private final Map<Windows.Instance, Boolean> seen = new HashMap<>();
  private final Map<List<Windows.Instance>, Boolean> takenOut = new HashMap<>();

  private Installed(Layout layout, Solver solver, Terms terms, Composition f, Term modes) {
    this.layout = layout;
    this.solver = solver;
    this.terms = terms;
    this.f = f;
    this.modes = modes;
    shadow = Shadow.of(terms, f);
    neighbors = new Neighbors(layout.machine(), terms, f);
    frame = new Frame(terms, f, shadow);
    Windows windows = new Windows(layout.machine(), terms, false);
    anywhere = windows.everywhere("address");
    elsewhere = windows.everywhere("other address");
  }

  /// What is wrong in virtual states of these modes, first.
  static Optional<Composed.Fault> fault(
      Layout layout, Solver solver, Terms terms, Composition f, Term modes) {
    return new Installed(layout, solver, terms, f, modes).fault();
  }

  private Optional<Composed.Fault> fault() {
    Optional<Composed.Fault> fault = quiet();
    for (Windows.Instance b : elsewhere) {
      fault = fault.or(() -> empty(b));
    }
    for (Windows.Instance a : anywhere) {
      fault = fault.or(() -> useful(a));
      for (Windows.Instance b : elsewhere) {
        fault = fault.or(() -> sound(a, b));
        fault = fault.or(() -> takenOut(a, b));
        fault = fault.or(() -> even(a, b));
      }
    }
    return fault;
  }

  private Optional<Composed.Fault> quiet() {
    return layout.slots().stream()
        .filter(layout::isTranslating)
        .filter(s ->
            s instanceof Slot.OfField(_, Field field)
                && (field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK)))
        .findFirst()
        .map(s ->
            new Composed.Fault(
                true, "translation depends on " + s.name() + ", which changes without a trap"));
  }

  private Optional<Composed.Fault> empty(Windows.Instance b) {
    Shadow.Step cleared = shadow.cleared(f.real());
    return refute(
        cleared,
        List.of(),
        terms.or(
            terms.not(cleared.ends()),
            terms.not(
                terms.and(
                    shadow.keepsToItsOwn(f.real(), cleared.state()), right(cleared.state(), b)))),
        "after `unmap()`",
        b,
        cleared.state());
  }

  private Optional<Composed.Fault> useful(Windows.Instance a) {
    Translation virtual = a.in(f.virtual(), terms);
    Shadow.Step mapped = shadow.mapped(f.real(), a.space(), a.address(), a.access());
    Translation real = a.in(mapped.state(), terms);
    Translation placed = f.real(terms, virtual.index());
    return refute(
        mapped,
        with(mappable(a), frame.at(List.of(mapped.state()), List.of(a))),
        terms.not(
            terms.and(
                List.of(
                    mapped.ends(),
                    shadow.keepsToItsOwn(f.real(), mapped.state()),
                    leadsTo(real, placed.index())))),
        "after `map` of it",
        a,
        mapped.state());
  }

  private Optional<Composed.Fault> sound(Windows.Instance a, Windows.Instance b) {
    Translation virtual = a.in(f.virtual(), terms);
    Shadow.Step mapped = shadow.mapped(f.real(), a.space(), a.address(), a.access());
    List<Term> mapping = mappable(a);
    Term leavesOut = leavesOutDevices(mapped.state(), a, virtual);
    boolean isSeen = !leavesOut.isTrue() && isSeen(a, mapped);
    Optional<Composed.Fault> fault =
        kept(
            mapped,
            mapping,
            t -> isSeen ? leavesOutDevices(t, a, virtual) : leavesOut,
            _ -> terms.truth(true),
            terms.truth(true),
            "after `map` of " + described(a),
            a,
            b);
    var monitor = layout.machine().monitor().orElseThrow();
    if (fault.isPresent()
        || leavesOut.isTrue()
        || monitor.mapping().orElseThrow().unmap().isEmpty()) {
      return fault;
    }
    Shadow.Step again = shadow.unmapped(mapped.state(), a.address());
    return kept(
        again,
        with(mapping, mapped.constraints()),
        _ -> terms.truth(true),
        _ -> terms.truth(true),
        terms.and(again.ends(), shadow.keepsToItsOwn(f.real(), again.state())),
        "after `map` and, for a device, `unmap` of " + described(a),
        a,
        b);
  }

  /// Whether wherever a part newly leads an address of this space, the whole leads it. So the
  /// monitor, which asks the whole, finds each device that a part leads to; what a part led to
  /// before is none, as it was right.
  private boolean isSeen(Windows.Instance a, Shadow.Step mapped) {
    return seen.computeIfAbsent(
        a,
        at ->
            elsewhere.stream()
                .filter(b -> b.space() == at.space())
                .flatMap(b -> neighbors.of(at, b).stream())
                .allMatch(c -> isSeen(at, mapped, c)));
  }

  private boolean isSeen(Windows.Instance a, Shadow.Step mapped, Neighbors.Case c) {
    List<SymbolicState> before = states(f.real());
    List<SymbolicState> after = states(mapped.state());
    Translation whole = c.at().in(mapped.state(), terms);
    List<Term> given = with(mappable(a), List.of(c.when()));
    for (int i = 1; i < after.size(); i++) {
      Translation now = c.at().in(after.get(i), terms);
      Translation then = c.at().in(before.get(i), terms);
      Term unseen =
          terms.and(
              List.of(
                  now.translates(),
                  terms.not(leadsTo(then, now.index())),
                  terms.not(leadsTo(whole, now.index()))));
      if (!isRefuted(mapped, given, unseen)) {
        return false;
      }
    }
    return true;
  }

  private Term leadsTo(Translation translation, Term index) {
    return terms.and(translation.translates(), terms.eq(translation.index(), index));
  }

  /// That what is mapped around `a` has no cell that is a device's: else the monitor takes it out
  /// again.
  private Term leavesOutDevices(SymbolicState mapped, Windows.Instance a, Translation virtual) {
    int width = a.address().width();
    int wide = Math.max(width, virtual.index().width());
    Term places = terms.constant(Bits.of(wide, layout.machine().places(a.space())));
    List<Term> all = new ArrayList<>();
    for (DeviceCell device : a.space().devices()) {
      Term cell = terms.constant(new Bits(virtual.index().width(), device.index().value()));
      Term cells = terms.sub(terms.zext(cell, wide), terms.zext(virtual.index(), wide));
      Term far = terms.extract(terms.mul(cells, places), width - 1, 0);
      Translation placed = f.real(terms, cell);
      for (Access access : a.space().accesses()) {
        Term address = terms.add(a.address(), far);
        Translation led = Translation.of(mapped, terms, a.space(), address, access);
        all.add(terms.not(terms.and(placed.translates(), leadsTo(led, placed.index()))));
      }
    }
    return terms.and(all);
  }

  private Optional<Composed.Fault> takenOut(Windows.Instance a, Windows.Instance b) {
    var monitor = layout.machine().monitor().orElseThrow();
    if (monitor.mapping().orElseThrow().unmap().isEmpty()) {
      return Optional.empty();
    }
    Optional<Composed.Fault> fault =
        isTakenOut(a, b) ? Optional.empty() : takenOut(List.of(a.access()), a, b);
    if (fault.isPresent()) {
      return fault;
    }
    Shadow.Step empty = shadow.cleared(f.real());
    Shadow.Step one = shadow.mapped(empty.state(), a.space(), a.address(), a.access());
    Shadow.Step none = shadow.unmapped(one.state(), a.address());
    List<Term> given = new ArrayList<>(mappable(a));
    given.addAll(one.constraints());
    given.addAll(empty.constraints());
    return refute(
        none,
        given,
        b.in(none.state(), terms).translates(),
        "after `map` and `unmap` of " + described(a),
        b,
        none.state());
  }

  /// Whether it is known of all kinds of access, as `unmap` knows the address alone.
  private boolean isTakenOut(Windows.Instance a, Windows.Instance b) {
    var any = new Windows.Instance(a.space(), a.space().accesses().getFirst(), a.address());
    return takenOut.computeIfAbsent(
        List.of(any, b), _ -> takenOut(any.space().accesses(), any, b).isEmpty());
  }

  private Optional<Composed.Fault> takenOut(
      List<Access> accesses, Windows.Instance a, Windows.Instance b) {
    Shadow.Step unmapped = shadow.unmapped(f.real(), a.address());
    return kept(
        unmapped,
        List.of(),
        _ -> terms.truth(true),
        t ->
            terms.not(
                terms.or(
                    accesses.stream()
                        .map(how -> Translation.of(t, terms, a.space(), a.address(), how))
                        .map(Translation::translates)
                        .toList())),
        terms.and(unmapped.ends(), shadow.keepsToItsOwn(f.real(), unmapped.state())),
        "after `unmap` of " + described(a),
        a,
        b);
  }

  private Optional<Composed.Fault> even(Windows.Instance a, Windows.Instance b) {
    boolean matters =
        layout.slots().stream().anyMatch(s -> s instanceof Slot.OfMemory && layout.isTranslating(s))
            || !b.space().devices().isEmpty();
    if (!matters || (b.access() != Access.STORE && b.space().access().isPresent())) {
      return Optional.empty();
    }
    Translation virtual = a.in(f.virtual(), terms);
    Shadow.Step empty = shadow.cleared(f.real());
    Shadow.Step one = shadow.mapped(empty.state(), a.space(), a.address(), a.access());
    Translation real = b.in(one.state(), terms);
    Translation placed = f.real(terms, virtual.index());
    List<Term> given = new ArrayList<>(mappable(a));
    given.addAll(empty.constraints());
    given.add(real.translates());
    Term far = terms.sub(counted(b), counted(a));
    int wide = Math.max(far.width(), real.index().width() + 1);
    Term cells = terms.sub(terms.zext(real.index(), wide), terms.zext(placed.index(), wide));
    return refute(
        one,
        given,
        terms.distinct(far, terms.extract(cells, far.width() - 1, 0)),
        "after `map` of " + described(a),
        b,
        one.state());
  }

  /// The address in cells: without the bits that count within one.
  private Term counted(Windows.Instance i) {
    int places = layout.machine().places(i.space());
    return terms.extract(
        i.address(), i.address().width() - 1, Integer.numberOfTrailingZeros(places));
  }

  private List<Term> mappable(Windows.Instance a) {
    return shadow.isMappable(a.space(), a.address(), a.access());
  }

  private Term right(SymbolicState real, Windows.Instance b) {
    return shadow.isRight(real, b.space(), b.address(), b.access());
  }

  /// That the real state and its parts are right there.
  private List<Term> held(Windows.Instance b) {
    return held.computeIfAbsent(b, at -> states(f.real()).stream().map(t -> right(t, at)).toList());
  }

  private static List<Term> with(List<Term> some, List<Term> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /// Asks whether the real state and its parts, which are right at b, are so after a step too, and
  /// `each` of them is as claimed, and `all`, given `some`, and of each what `known` says.
  private Optional<Composed.Fault> kept(
      Shadow.Step step,
      List<Term> some,
      Function<SymbolicState, Term> known,
      Function<SymbolicState, Term> each,
      Term all,
      String when,
      Windows.Instance a,
      Windows.Instance b) {
    List<SymbolicState> after = states(step.state());
    List<Term> given = with(some, frame.at(List.of(f.real(), step.state()), List.of(a, b)));
    if (after.size() > 1
        && neighbors.of(a, b).stream()
            .allMatch(c ->
                isKept(step, with(given, List.of(c.when())), known, each, all, after, c.at()))) {
      return Optional.empty();
    }
    Term wrong =
        terms.not(
            terms.and(
                all,
                terms.and(
                    after.stream().map(t -> terms.and(each.apply(t), right(t, b))).toList())));
    return refute(
        step,
        with(with(given, List.of(known.apply(step.state()))), held(b)),
        wrong,
        when,
        b,
        step.state());
  }

  /// Whether that can be proven of one part after the other, each from what it was, and then of the
  /// whole from what the parts are.
  private boolean isKept(
      Shadow.Step step,
      List<Term> given,
      Function<SymbolicState, Term> known,
      Function<SymbolicState, Term> each,
      Term all,
      List<SymbolicState> after,
      Windows.Instance b) {
    List<Term> before = held(b);
    List<Term> parts = new ArrayList<>();
    for (int i = 1; i < after.size(); i++) {
      Term part = terms.and(each.apply(after.get(i)), right(after.get(i), b));
      List<Term> has = List.of(before.get(i), known.apply(after.get(i)));
      if (!isRefuted(step, with(given, has), terms.not(part))) {
        return false;
      }
      parts.add(part);
    }
    Term whole =
        terms.and(all, terms.and(each.apply(after.getFirst()), right(after.getFirst(), b)));
    return isRefuted(step, with(with(given, before.subList(0, 1)), parts), terms.not(whole));
  }

  private List<SymbolicState> states(SymbolicState real) {
    List<SymbolicState> states = new ArrayList<>(List.of(real));
    states.addAll(shadow.parts(real));
    return states;
  }

  /// Asks whether `wrong` can be; says how if it can.
  private Optional<Composed.Fault> refute(
      Shadow.Step step,
      List<Term> given,
      Term wrong,
      String when,
      Windows.Instance at,
      SymbolicState after) {
    List<Term> question = question(step, given, wrong);
    if (question.stream().anyMatch(Term::isFalse)) {
      return Optional.empty();
    }
    return switch (solver.check(question)) {
      case Answer.Unsat _ -> Optional.empty();
      case Answer.Unknown(var why) -> Optional.of(new Composed.Fault(false, why));
      case Answer.Sat(var model) ->
          Optional.of(
              new Composed.Fault(true, told(question, model, when, at, after, step.ends())));
    };
  }

  private boolean isRefuted(Shadow.Step step, List<Term> given, Term wrong) {
    List<Term> question = question(step, given, wrong);
    return question.stream().anyMatch(Term::isFalse)
        || solver.check(question) instanceof Answer.Unsat;
  }

  private List<Term> question(Shadow.Step step, List<Term> given, Term wrong) {
    List<Term> question = new ArrayList<>(f.constraints());
    question.add(modes);
    question.addAll(step.constraints());
    question.addAll(given);
    question.add(wrong);
    return question;
  }

  private static String described(Windows.Instance a) {
    return a.space().name() + "[ADDRESS] (" + word(a) + ")";
  }

  private static String word(Windows.Instance a) {
    return a.access().name().toLowerCase(Locale.ROOT);
  }

  /// The least states in which it goes wrong, in a sentence.
  private String told(
      List<Term> question,
      Model model,
      String when,
      Windows.Instance b,
      SymbolicState after,
      Term ends) {
    Set<Term> variables = new LinkedHashSet<>();
    question.forEach(t -> variables.addAll(terms.variables(t)));
    List<Term> order = variables.stream().filter(v -> !v.isArray()).toList();
    Map<Term, Bits> least = Least.of(Least.Size.LEAST, terms, solver, question, order, model);
    Solution solution = Solution.ofValues(terms, least);
    String state =
        order.stream()
            .filter(v -> isShown(v))
            .filter(v -> !solution.value(v).isZero() || v == f.size())
            .map(v -> v.name() + " = " + Region.number(solution.value(v).value()))
            .collect(Collectors.joining(", "));
    @Nullable Term address =
        order.stream().filter(v -> v.name().startsWith("address (")).findFirst().orElse(null);
    String did =
        address == null
            ? when
            : when.replace("ADDRESS", Region.number(solution.value(address).value()));
    if (solution.value(ends).isZero()) {
      return did + " nothing is said of what comes, with " + state;
    }
    return did
        + ", "
        + b.space().name()
        + "["
        + Region.number(solution.value(b.address()).value())
        + "] ("
        + word(b)
        + ") "
        + led(b.in(f.virtual(), terms), b, solution)
        + " on the bare machine and "
        + led(b.in(after, terms), b, solution)
        + " under the monitor"
        + (state.isEmpty() ? "" : ", with " + state);
  }

  private String led(Translation translation, Windows.Instance at, Solution solution) {
    return solution.value(translation.translates()).isZero()
        ? "traps"
        : "leads to " + Composed.cell(layout, at.space(), solution.value(translation.index()));
  }

  private boolean isShown(Term variable) {
    return variable == f.base()
        || variable == f.size()
        || variable == f.tables()
        || layout.slots().stream()
            .anyMatch(s -> s instanceof Slot.OfField && s.name().equals(variable.name()));
  }
}
