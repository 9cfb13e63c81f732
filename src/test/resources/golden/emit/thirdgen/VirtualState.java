// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The virtual state of one guest: registers of its own, and for storage a piece of the real
/// machine's. Its devices are virtual too: what waits at its inputs is in queues, and what it wrote
/// to its outputs in a list.
public final class VirtualState extends Registers {
  /// A value that was written to an output.
  public record Output(String port, long value) {}

  final Host host;

  /// Virtual cell i is real cell regionBase + i, for i < regionSize.
  public final long regionBase;

  public final long regionSize;
  public boolean isHalted;
  public final List<Output> outputs = new ArrayList<>();

  /// What waits at console.rx, 9 bits, the oldest first.
  public final Deque<Long> waiting_console_rx = new ArrayDeque<>();

  /// How to undo what has happened since the last begin or commit.
  private final Deque<Runnable> undoing = new ArrayDeque<>();

  private final Registers before = new Registers();
  private boolean wasHalted;
  private int rounds;

  VirtualState(Host host, long regionBase, long regionSize) {
    this.host = host;
    this.regionBase = regionBase;
    this.regionSize = regionSize;
  }

  /// E[index], by physical address: 32 bits.
  public long E(long index) {
    return host.E(cell(index));
  }

  public void E(long index, long value) {
    long old = E(index);
    long cell = cell(index);
    host.E(cell, value);
    undoing.push(() -> host.E(cell, old));
  }

  /// The real cell of a virtual one.
  private long cell(long index) {
    if (Long.compareUnsigned(index, regionSize) >= 0) {
      throw new Machine.Stopped(
          "cell "
              + Long.toUnsignedString(index)
              + " of storage, of which there are only "
              + regionSize);
    }
    return regionBase + index;
  }

  void console_tx(long value) {
    outputs.add(new Output("console.tx", value));
    undoing.push(() -> outputs.remove(outputs.size() - 1));
  }

  /// What is next at console.rx; zero if nothing waits.
  long console_rx() {
    return waiting_console_rx.isEmpty() ? 0 : waiting_console_rx.peekFirst();
  }

  /// The same, and consumes it.
  long read_console_rx() {
    long next = console_rx();
    if (!waiting_console_rx.isEmpty()) {
      waiting_console_rx.removeFirst();
      undoing.push(() -> waiting_console_rx.addFirst(next));
    }
    return next;
  }

  void halt() {
    isHalted = true;
  }

  /// An instruction begins: what happens from here on can be undone.
  void begin() {
    before.take(this);
    wasHalted = isHalted;
    undoing.clear();
    rounds = 0;
  }

  /// Keeps what has happened so far.
  void commit() {
    begin();
  }

  /// Takes back what has happened since the last begin or commit.
  void undo() {
    take(before);
    isHalted = wasHalted;
    while (!undoing.isEmpty()) {
      undoing.pop().run();
    }
  }

  /// A loop goes round once more: not for ever.
  void round() {
    if (++rounds > 1 << 24) {
      throw new Machine.Stopped("does not end: a `while`");
    }
  }
}
