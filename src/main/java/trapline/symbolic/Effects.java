package trapline.symbolic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Space;
import trapline.smt.Term;
import trapline.smt.Terms;

/// What an instruction does to a state, outcome by outcome.
///
/// For every state and every choice that satisfies `constraints`, exactly one holds: `completes`,
/// the condition of one of `traps`, `unpredictable`, `faults` (an index out of range), `handed` (it
/// goes on as an instruction that the executor was not to follow), or `unresolved` (a loop that it
/// could not). `after` is the state on completion. `facts` are what is known of abstracted loops'
/// results. `touches` is when the body reaches translated storage physically, `storesPhysically`
/// when it stores there. `accesses` are the references through spaces. `choices` are values of the
/// run's own: one outcome for each of them.
public record Effects(
    SymbolicState before,
    SymbolicState after,
    Term completes,
    List<Exit> traps,
    Term unpredictable,
    Term unresolved,
    Term handed,
    Term faults,
    Term touches,
    Term storesPhysically,
    List<Term> constraints,
    List<Term> facts,
    List<Reference> accesses,
    List<Handover> handovers,
    List<Choice> choices,
    Map<Term, List<Term>> unknowns,
    Set<Slot> written,
    boolean writesPhysically) {

  /// A trap: when, on which route, why, the state to which the instruction is undone, and whether
  /// it was a space's translation that trapped.
  public record Exit(
      Term condition,
      Term route,
      Cause cause,
      List<Term> arguments,
      SymbolicState undone,
      boolean isTranslations) {}

  /// One reference through a space. `route` is when the running program gets there if nothing
  /// traps.
  public record Reference(
      Term route, Space space, Access access, Term address, Term index, Optional<Term> stored) {}

  /// An `execute`: when, of what word, and whether until then M, R and physical storage, other than
  /// through spaces, were left alone.
  public record Handover(Term route, Term word, boolean isUntouched) {}

  /// An `any` that satisfies its constraint: when it is met, as which one of the body, and its
  /// value.
  public record Choice(Term route, int number, Term value) {}

  /// The ways to the traps that are the instruction's own, not a translation's.
  public List<Term> ownTrapRoutes() {
    return traps.stream().filter(e -> !e.isTranslations()).map(Exit::route).toList();
  }

  /// When the instruction traps for a reason of this kind.
  public Term traps(Terms terms, Cause.Kind kind) {
    return terms.or(
        traps.stream().filter(e -> e.cause().kind() == kind).map(Exit::condition).toList());
  }

  /// When the instruction traps for a reason other than a storage reference.
  public Term trapsOtherwise(Terms terms) {
    return terms.or(
        traps.stream()
            .filter(e -> e.cause().kind() != Cause.Kind.MEMORY)
            .map(Exit::condition)
            .toList());
  }
}
