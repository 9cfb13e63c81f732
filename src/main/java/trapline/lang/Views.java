package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Fetch;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Declares views of storage, and turns what goes through them into accesses to cells.
///
/// Guaranteed: cells are reached in the order of addresses, each by an access of its own and only
/// if the element reaches into it, so that one that traps undoes those before it; addresses wrap at
/// their width; a view of a memory does not translate. A write that leaves some of a cell reads the
/// rest as a store does, so that it traps as one, before any cell is written.
final class Views {
  private Views() {}

  // ------------------------------------------------------------------ declaring

  static void declare(Draft draft, Syntax.Item.View item) {
    Body b = Body.outside(draft);
    int before = draft.problems.errors();
    Type type = Types.resolve(b, item.type());
    Optional<Meaning> base = draft.lookup(item.base());
    if (base.isEmpty() && !draft.isBeingDefined(item.base().text())) {
      Places.unknown(
          b,
          NameMistake.UNKNOWN_NAME,
          "there is no storage `" + item.base().text() + "`",
          item.base(),
          draft.names(),
          "declare it with `memory` or `space`");
    }
    Optional<Integer> unit =
        item.unit().flatMap(u -> Expressions.size(b, u, 1, Types.MAX_WIDTH, "the unit"));
    if (draft.problems.errors() == before && base.isPresent()) {
      int cell =
          switch (base.get()) {
            case Meaning.Storage m -> m.memory().width();
            case Meaning.Translation(Routines.Translation space, Span _) ->
                space.storage().memory().width();
            case Meaning.Seen(StorageView view, Span _) -> view.type().width();
            case Meaning.Poisoned _ -> -1;
            default -> 0;
          };
      if (cell == 0) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.WRONG_KIND_OF_NAME,
                    "`" + item.base().text() + "` is a " + base.get().noun() + ", not storage",
                    item.base().span(),
                    "a memory, a space or a view is needed")
                .with(base.get().span(), "declared here"));
      } else if (cell > 0 && !(type instanceof Type.Poison)) {
        int width = type.width();
        int least =
            base.get() instanceof Meaning.Seen(StorageView below, Span _) ? below.unit() : cell;
        var view =
            new StorageView(
                item.name().text(),
                base.get(),
                type,
                cell,
                unit.orElse(Math.min(width, least)),
                item.bigEndian().orElse(false),
                item.isAligned(),
                item.name().span());
        if (isSound(draft, item, view)) {
          draft.declare(item.name(), new Meaning.Seen(view, item.name().span()));
          return;
        }
      }
    }
    draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
  }

  private static boolean isSound(Draft draft, Syntax.Item.View item, StorageView view) {
    int width = view.width();
    int cell = view.cell();
    int unit = view.unit();
    String why =
        "`"
            + item.base().text()
            + "` is made of bits("
            + cell
            + "), and the view of "
            + view.type().text();
    if (width > cell ? width % cell != 0 : !isPowerOfTwo(cell, width)) {
      return bad(
          draft,
          "an element of " + width + " bits does not fit cells of " + cell,
          item.type().span(),
          why,
          width > cell
              ? "choose a multiple of " + cell
              : "choose " + cell + " divided by a power of two");
    }
    Span where = item.unit().map(Syntax.Expression::span).orElse(item.base().span());
    if (view.base() instanceof Meaning.Seen(StorageView below, Span _)
        && (width < cell || unit != below.unit())) {
      return bad(
          draft,
          "a view of a view joins its elements, and counts as it does",
          where,
          why + "; addresses of `" + below.name() + "` count " + below.unit() + " bits",
          "view what `" + below.name() + "` shows instead");
    }
    if (view.base() instanceof Meaning.Seen
        ? width % unit != 0
        : !isPowerOfTwo(cell, unit) || width % unit != 0) {
      return bad(
          draft,
          "addresses cannot count " + unit + " bits here",
          where,
          why,
          "choose a unit that goes into both");
    }
    if (item.bigEndian().isEmpty() && (width != cell || unit != cell)) {
      return bad(
          draft,
          "it is not said which end comes first",
          item.name().span(),
          why,
          "write `little` or `big` before the `;`");
    }
    if (item.isAligned() && (width == unit || !isPowerOfTwo(width, unit))) {
      return bad(
          draft,
          "`aligned` has no meaning here",
          item.name().span(),
          width == unit
              ? "every address is an element's"
              : width / unit + " addresses, which is no power of two",
          "remove `aligned`");
    }
    return true;
  }

  private static boolean bad(Draft draft, String message, Span at, String why, String help) {
    draft.problems.report(Diagnostic.of(StateMistake.BAD_VIEW, message, at, why).help(help));
    return false;
  }

  /// Is `whole` made of a power of two of `part`?
  private static boolean isPowerOfTwo(int whole, int part) {
    return whole % part == 0 && Integer.bitCount(whole / part) == 1;
  }

  private static int log(int powerOfTwo) {
    return Integer.numberOfTrailingZeros(powerOfTwo);
  }

  /// What the addresses of a program count that is fetched by `read`, if that is a view's element.
  static Optional<Fetch.Units> units(Draft draft, Syntax.Expression read) {
    return read instanceof Syntax.Expression.Index(Syntax.Expression base, var _, Span _)
            && base instanceof Syntax.Expression.Reference r
            && draft.globals.lookup(r.name().text()).orElse(null)
                instanceof Meaning.Seen(StorageView view, Span _)
        ? Optional.of(new Fetch.Units(view.unit(), view.isBigEndian()))
        : Optional.empty();
  }

  // ------------------------------------------------------------------ addresses

  /// The address in `[ ]`, evaluated; nothing after a report.
  static Optional<Expr> address(Body b, StorageView view, Syntax.Expression e, Span declared) {
    Routines.Translation space = view.space();
    if (space != null) {
      return Optional.of(
          Expressions.check(
              b,
              e,
              space.address(),
              new Mismatch.Side(declared, "addresses are " + space.address().text())));
    }
    var memory = view.storage().memory();
    BigInteger bits = memory.count().multiply(BigInteger.valueOf(memory.width()));
    BigInteger count = bits.divide(BigInteger.valueOf(view.unit()));
    int least = Bits.indexWidth(count);
    return Places.element(
            b, e, count, "`" + view.name() + "` has " + count + " addresses", declared)
        .map(a -> a.width() < least ? Fold.extend(a, least, false) : a);
  }

  /// The address of the `i`th cell from the one on that holds the first bit, in the units of what
  /// is viewed: of the first cell as it stands, of others the first of theirs.
  private static Expr at(StorageView view, Expr address, int i) {
    boolean isMemory = view.base() instanceof Meaning.Storage;
    int within = log(view.places());
    Expr base = isMemory ? dropped(address, within) : address;
    if (view.base() instanceof Meaning.Seen) {
      int step = view.cell() / view.unit();
      int low = view.isAligned() ? log(view.width() / view.unit()) : 0;
      return aligned(base, low, i * step);
    }
    int parts = view.isOfWholeCells() ? view.width() / view.cell() : 1;
    if (parts > 1 && view.isAligned()) {
      int below = isMemory ? 0 : within;
      return aligned(base, log(parts) + below, i << below);
    }
    if (i == 0) {
      return base;
    }
    if (isMemory || within == 0) {
      return Fold.binary(BinaryOp.ADD, base, Fold.constant(base.width(), i));
    }
    Expr cell = dropped(address, within);
    return Fold.concat(
        Fold.binary(BinaryOp.ADD, cell, Fold.constant(cell.width(), i)), Fold.constant(within, 0));
  }

  /// The address with its lowest bits taken as zero, and an offset.
  private static Expr aligned(Expr address, int low, int offset) {
    if (low == 0) {
      return offset == 0
          ? address
          : Fold.binary(BinaryOp.ADD, address, Fold.constant(address.width(), offset));
    }
    return low >= address.width()
        ? Fold.constant(address.width(), offset)
        : Fold.concat(Fold.extract(address, address.width() - 1, low), Fold.constant(low, offset));
  }

  private static Expr dropped(Expr address, int bits) {
    return bits >= address.width()
        ? Fold.constant(1, 0)
        : Fold.extract(address, address.width() - 1, bits);
  }

  /// Which of the addresses that begin in a cell it is, in `width` bits.
  private static Expr place(StorageView view, Expr address, int width) {
    int high = Math.min(log(view.places()), address.width()) - 1;
    int low = view.isAligned() ? log(view.width() / view.unit()) : 0;
    return high < low
        ? Fold.constant(width, 0)
        : Fold.binary(
            BinaryOp.SHL,
            Fold.extend(Fold.extract(address, high, low), width, false),
            Fold.constant(width, low));
  }

  /// By how many bits an element is shifted in `cells` cells joined.
  private static Expr shift(StorageView view, Expr address, int cells) {
    int all = cells * view.cell();
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(all);
    Expr place = place(view, address, width);
    Expr from =
        view.isBigEndian()
            ? Fold.binary(
                BinaryOp.SUB, Fold.constant(width, (all - view.width()) / view.unit()), place)
            : place;
    int unit = view.unit();
    return unit == 1
        ? from
        : Integer.bitCount(unit) == 1
            ? Fold.binary(BinaryOp.SHL, from, Fold.constant(width, log(unit)))
            : Fold.binary(BinaryOp.MUL, from, Fold.constant(width, unit));
  }

  // ------------------------------------------------------------------ reading and writing

  static Expr read(Body b, StorageView view, Expr address, Access access, Span span) {
    if (view.isOfWholeCells()) {
      int parts = view.width() / view.cell();
      Expr a = parts == 1 ? address : b.shared(address, span);
      List<Expr> cells = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        cells.add(load(b, view, at(view, a, i), access, span));
      }
      return joined(view, cells);
    }
    Expr a = b.shared(address, span);
    List<Expr> cells = cells(b, view, a, access, span);
    Expr shift = shift(view, a, cells.size());
    Expr all = joined(view, cells);
    return shift instanceof Expr.Constant(Bits by)
        ? Fold.extract(all, by.toInt() + view.width() - 1, by.toInt())
        : Fold.extract(Fold.binary(BinaryOp.LSHR, all, shift), view.width() - 1, 0);
  }

  static void write(Body b, StorageView view, Expr address, Expr value, Span span) {
    // What is written first must not be seen by what comes after.
    boolean isOne = view.isOfWholeCells() && view.width() == view.cell();
    Expr a = isOne ? address : held(b, address);
    Expr v = isOne ? value : held(b, value);
    if (view.isOfWholeCells()) {
      int parts = view.width() / view.cell();
      for (int i = 0; i < parts; i++) {
        store(b, view, at(view, a, i), part(view, v, i, parts), span);
      }
      return;
    }
    List<Expr> cells = cells(b, view, a, Access.STORE, span);
    Expr all = merged(view, joined(view, cells), shift(view, a, cells.size()), v);
    Expr whole = cells.size() == 1 ? all : b.capture("merged", all);
    for (int i = 0; i < cells.size(); i++) {
      Body then = b.branch();
      store(then, view, at(view, a, i), part(view, whole, i, cells.size()), span);
      when(b, reaches(view, a, i), then, span);
    }
  }

  /// The cells that an element may lie in, zero where it does not reach.
  private static List<Expr> cells(
      Body b, StorageView view, Expr address, Access access, Span span) {
    List<Expr> cells = new ArrayList<>();
    int most = view.isLane() ? 1 : (view.width() + 2 * view.cell() - view.unit() - 1) / view.cell();
    for (int i = 0; i < most; i++) {
      Expr reaches = reaches(view, address, i);
      if (Fold.isTrue(reaches) || view.base() instanceof Meaning.Storage) {
        Expr cell = load(b, view, at(view, address, i), access, span);
        cells.add(Fold.conditional(reaches, cell, new Expr.Constant(Bits.zero(view.cell()))));
      } else if (!Fold.isFalse(reaches)) {
        Local next = b.capture("next", new Expr.Constant(Bits.zero(view.cell())));
        Body then = b.branch();
        then.emit(new Statement.Assign(next, load(then, view, at(view, address, i), access, span)));
        when(b, reaches, then, span);
        cells.add(next);
      }
    }
    return cells;
  }

  /// Whether an element reaches into the `i`th cell.
  private static Expr reaches(StorageView view, Expr address, int i) {
    int past = i * view.cell() - view.width();
    if (past < 0 || i == 0) {
      return Fold.TRUE;
    }
    int width = 1 + log(view.places());
    return Fold.binary(
        BinaryOp.ULT, Fold.constant(width, past / view.unit()), place(view, address, width));
  }

  private static void when(Body b, Expr condition, Body then, Span span) {
    if (Fold.isTrue(condition)) {
      b.out.addAll(then.out);
    } else if (!Fold.isFalse(condition)) {
      b.emit(
          new Statement.If(condition, new Statement.Block(then.out, span), Statement.Block.EMPTY));
    }
  }

  private static Expr joined(StorageView view, List<Expr> cells) {
    Expr all = cells.getFirst();
    for (Expr next : cells.subList(1, cells.size())) {
      all = view.isBigEndian() ? Fold.concat(all, next) : Fold.concat(next, all);
    }
    return all;
  }

  /// The `i`th of so many cells that make up a value.
  private static Expr part(StorageView view, Expr value, int i, int parts) {
    int low = (view.isBigEndian() ? parts - 1 - i : i) * view.cell();
    return Fold.extract(value, low + view.cell() - 1, low);
  }

  private static Expr held(Body b, Expr value) {
    return value instanceof Expr.Constant || value instanceof Local
        ? value
        : b.capture("held", value);
  }

  private static Expr merged(StorageView view, Expr whole, Expr shift, Expr value) {
    int width = view.width();
    int all = whole.width();
    if (shift instanceof Expr.Constant(Bits by)) {
      return Fold.insert(whole, by.toInt() + width - 1, by.toInt(), value);
    }
    Expr ones = new Expr.Constant(Bits.ones(width).zext(all));
    Expr there = Fold.binary(BinaryOp.SHL, ones, shift);
    Expr moved = Fold.binary(BinaryOp.SHL, Fold.extend(value, all, false), shift);
    return Fold.binary(BinaryOp.OR, Fold.binary(BinaryOp.AND, whole, Fold.not(there)), moved);
  }

  private static Expr load(Body b, StorageView view, Expr address, Access access, Span span) {
    return switch (view.base()) {
      case Meaning.Translation(Routines.Translation space, Span _) ->
          Places.load(b, space, address, access, span);
      case Meaning.Seen(StorageView below, Span _) -> read(b, below, address, access, span);
      default -> {
        Devices.reached(b, view.storage().memory(), address, span);
        yield new Expr.MemoryRead(view.storage().memory(), address);
      }
    };
  }

  private static void store(Body b, StorageView view, Expr address, Expr value, Span span) {
    switch (view.base()) {
      case Meaning.Translation(Routines.Translation space, Span _) ->
          Places.store(b, space, address, value, span);
      case Meaning.Seen(StorageView below, Span _) -> write(b, below, address, value, span);
      default -> {
        Devices.reached(b, view.storage().memory(), address, span);
        b.emit(new Statement.MemoryWrite(view.storage().memory(), address, value));
      }
    }
  }
}
