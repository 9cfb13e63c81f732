package trapline.lang;

import java.util.Optional;
import trapline.isa.Access;
import trapline.isa.Expr;

/// Something that an expression can name: it can be read, most of it written, some of it only
/// indexed.
///
/// Indexes and addresses have been evaluated, once.
sealed interface Place {
  /// An element of a register file, or a single register (index: the one-bit constant 0).
  record Element(Meaning.State state, Expr index) implements Place {}

  /// A physical cell.
  record Cell(Meaning.Storage storage, Expr index) implements Place {}

  /// Storage through translation. `access` is why, where it is written: `V.Store[a]`.
  record Window(Routines.Translation space, Expr address, Optional<Access> access)
      implements Place {}

  /// An element of a view. The address counts the view's units.
  record Seen(StorageView view, Expr address, Optional<Access> access) implements Place {}

  /// An entry of a bank, by number.
  record Entry(Banks.Numbered bank, Expr number) implements Place {}

  record Port(Meaning.Line line) implements Place {}

  record Variable(Meaning.Variable variable) implements Place {}

  /// Bits `high..low` of a place, seen as `type`.
  record Bits(Place base, int high, int low, Type type) implements Place {}

  /// One bit whose number is known only when the machine runs.
  record Bit(Place base, Expr number) implements Place {}

  /// `s.addr` of an operand of a kind.
  record Address(Meaning.Variable operand, Kind kind) implements Place {}

  /// The result of a computation: it can be read only.
  record Computed(Value value) implements Place {}

  /// A name that is no value by itself: a file, a memory, a function.
  record Bare(Meaning meaning) implements Place {}

  /// Already reported.
  record Wrong() implements Place {}
}
