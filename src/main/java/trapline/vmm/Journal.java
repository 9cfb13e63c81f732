package trapline.vmm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import trapline.codec.Codec;
import trapline.machine.StatePrinter;

/// What the monitors of one host have done: the last entries, and all of them for whoever listens.
///
///     entry = (time, guest, act)     time is the guest's own, in steps
///
/// Direct steps that follow one another are one entry, and so are interpreted ones.
public final class Journal {
  private static final int KEPT = 24;
  private static final int FIRST = 16;

  public record Entry(long time, String guest, Act act) {}

  private final List<Entry> first = new ArrayList<>();
  private final Deque<Entry> last = new ArrayDeque<>();
  private Consumer<Entry> listener = entry -> {};
  private Optional<Entry> open = Optional.empty();
  private Optional<Chronicle> chronicle = Optional.empty();

  /// Steps that all guests together have taken, those not counted that are another's host.
  private long clock;

  /// Has all that happens from here on entered into `chronicle` as well.
  public void chronicle(Chronicle chronicle) {
    this.chronicle = Optional.of(chronicle);
  }

  public long clock() {
    return clock;
  }

  void tick() {
    clock++;
  }

  public void listener(Consumer<Entry> listener) {
    this.listener = listener;
  }

  /// So many steps of `guest`, which have just been taken; the first of them at `time`.
  void direct(String guest, long time, long count) {
    chronicle.ifPresent(c -> c.note(guest, Chronicle.Kind.DIRECT, clock - count, count));
    if (open.isPresent()
        && open.get().guest.equals(guest)
        && open.get().act instanceof Act.Direct(long steps)) {
      open = Optional.of(new Entry(open.get().time, guest, new Act.Direct(steps + count)));
    } else {
      flush();
      open = Optional.of(new Entry(time, guest, new Act.Direct(count)));
    }
  }

  void interpreted(String guest, long time) {
    chronicle.ifPresent(c -> c.note(guest, Chronicle.Kind.INTERPRETED, clock, 1));
    if (open.isPresent()
        && open.get().guest.equals(guest)
        && open.get().act instanceof Act.Interpreted(long steps)) {
      open = Optional.of(new Entry(open.get().time, guest, new Act.Interpreted(steps + 1)));
    } else {
      flush();
      open = Optional.of(new Entry(time, guest, new Act.Interpreted(1)));
    }
  }

  void add(String guest, long time, Act act) {
    flush();
    chronicle.ifPresent(c -> c.note(guest, act, clock));
    put(new Entry(time, guest, act));
  }

  /// Enters what is still going on.
  public void flush() {
    open.ifPresent(this::put);
    open = Optional.empty();
  }

  /// The first entries.
  public List<Entry> first() {
    flush();
    return List.copyOf(first);
  }

  /// The last entries, the oldest first.
  public List<Entry> last() {
    flush();
    return List.copyOf(last);
  }

  /// An entry as a person reads it: ` 1042 guest 1 emulates stm r1 (privop)`.
  public static String describe(Entry entry, Codec codec, StatePrinter printer) {
    String what =
        switch (entry.act) {
          case Act.Direct(long steps) -> "runs      " + steps + (steps == 1 ? " step" : " steps");
          case Act.Emulated(var word, var cause, var devices) ->
              "emulates  "
                  + codec.disassemble(word, 0)
                  + "   ("
                  + cause.name()
                  + (devices.isEmpty() ? "" : ": device " + String.join(", ", devices))
                  + ")";
          case Act.Interpreted(long steps) ->
              "interprets " + steps + (steps == 1 ? " step" : " steps");
          case Act.Reflected(var cause, var arguments) ->
              "reflects  "
                  + cause.name()
                  + arguments.stream()
                      .map(printer::number)
                      .collect(Collectors.joining(", ", "(", ")"));
          case Act.Interrupted(var cause) -> "interrupts: " + cause.name();
          case Act.Mapped(var reference) ->
              "maps      "
                  + reference.space().name()
                  + "["
                  + printer.number(reference.address())
                  + "]   ("
                  + reference.access().name().toLowerCase(Locale.ROOT)
                  + ")";
          case Act.Sliced() -> "is preempted";
          case Act.Breached(var breach) -> "BREACH: " + breach;
        };
    return String.format("%8d  %-10s %s", entry.time, entry.guest, what);
  }

  private void put(Entry entry) {
    if (first.size() < FIRST) {
      first.add(entry);
    }
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(entry);
    listener.accept(entry);
  }
}
