package trapline.isa;

import java.util.List;
import java.util.Optional;
import trapline.diag.Span;

/// An effect on state, locals or control.
///
/// Statements run in order. `Raise` leaves from any depth and undoes the instruction back to its
/// start (or to the last `Commit`) before the trap entry runs. An index out of range is a fault of
/// the description: the concrete machine stops and says so, the symbolic executor proves that it
/// cannot happen or reports a state in which it does.
public sealed interface Statement {
  /// The blocks that running it may run, those of a called function too; translation's left out.
  default List<Block> blocks() {
    return switch (this) {
      case If(_, var then, var otherwise) -> List.of(then, otherwise);
      case While(_, var body) -> List.of(body);
      case Call(_, var function, _) -> List.of(function.body());
      case Assign _,
          RegisterWrite _,
          MemoryWrite _,
          Load _,
          Store _,
          Input _,
          Output _,
          Choose _,
          Raise _,
          Return _,
          Halt _,
          Commit _,
          Unpredictable _,
          Execute _ ->
          List.of();
    };
  }

  /// The expressions of the statement itself, in the order in which they are evaluated.
  default List<Expr> expressions() {
    return switch (this) {
      case Assign(_, var value) -> List.of(value);
      case RegisterWrite(_, var index, var value) -> List.of(index, value);
      case MemoryWrite(_, var index, var value) -> List.of(index, value);
      case Load(_, _, var address, _) -> List.of(address);
      case Store(_, var address, var value) -> List.of(value, address);
      case Output(_, var value) -> List.of(value);
      case Call(_, _, var arguments) -> arguments;
      case Choose(_, var constraint) -> constraint.map(List::of).orElse(List.of());
      case If(var condition, _, _) -> List.of(condition);
      case While(var condition, _) -> List.of(condition);
      case Raise(_, var arguments) -> arguments;
      case Return(var value) -> value.map(List::of).orElse(List.of());
      case Execute(var word) -> List.of(word);
      case Input _, Halt _, Commit _, Unpredictable _ -> List.of();
    };
  }

  record Assign(Local target, Expr value) implements Statement {}

  /// Writes a whole element. Writes to fixed bits have been masked by the front end.
  record RegisterWrite(Register register, Expr index, Expr value) implements Statement {}

  /// Writes a physical cell.
  record MemoryWrite(Memory memory, Expr index, Expr value) implements Statement {}

  /// `target = space[address]`, through translation; may trap.
  record Load(Local target, Space space, Expr address, Access access) implements Statement {}

  /// `space[address] = value`, through translation with [Access#STORE]; may trap.
  record Store(Space space, Expr address, Expr value) implements Statement {}

  /// Reads and consumes an input port.
  record Input(Local target, Port port) implements Statement {}

  record Output(Port port, Expr value) implements Statement {}

  /// `target = function(arguments)`; no target for a function without a result.
  record Call(Optional<Local> target, Function function, List<Expr> arguments)
      implements Statement {}

  /// `any`: the target takes some value that satisfies the constraint (over the target and state),
  /// not architected, possibly another each time.
  record Choose(Local target, Optional<Expr> constraint) implements Statement {}

  record If(Expr condition, Block then, Block otherwise) implements Statement {}

  /// Repeats while the condition holds, as often as it takes; not unrolled by the front end.
  record While(Expr condition, Block body) implements Statement {}

  record Raise(Cause cause, List<Expr> arguments) implements Statement {}

  /// Leaves the function, space, or body.
  record Return(Optional<Expr> value) implements Statement {}

  /// Stops the processor: a use of the processor resource, so a change of R. The body goes on to
  /// its end.
  record Halt() implements Statement {}

  /// Keeps what has happened so far from being undone by a later trap.
  record Commit() implements Statement {}

  /// The architecture makes no promise from here on.
  record Unpredictable(String message) implements Statement {}

  /// Goes on as the instruction encoded by `word`, as if fetched in this one's place (PDP-10 XCT,
  /// System/360 EX): decode, its guards and its body, without `fetch`. Ends this body.
  record Execute(Expr word) implements Statement {}

  /// Statements in order, and the place of each for messages.
  record Block(List<Statement> statements, Span span) {
    public static final Block EMPTY = new Block(List.of(), Span.NONE);

    public Block {
      statements = List.copyOf(statements);
    }
  }
}
