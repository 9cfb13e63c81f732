package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import trapline.bits.Bits;

/// What is waiting at an input port, the oldest first. An empty queue reads zero.
///
/// Consumed values stay in the array until the next [#feed], so that consuming can be undone.
final class InputQueue {
  private final int width;
  private long[] narrow = new long[4];
  private final List<BigInteger> wide = new ArrayList<>();
  private int head;
  private int tail;

  InputQueue(int width) {
    this.width = width;
  }

  void feed(Bits value) {
    if (head > 0) {
      System.arraycopy(narrow, head, narrow, 0, tail - head);
      wide.subList(0, Layout.isWide(width) ? head : 0).clear();
      tail -= head;
      head = 0;
    }
    if (tail == narrow.length) {
      narrow = java.util.Arrays.copyOf(narrow, 2 * tail);
    }
    narrow[tail++] = value.toLong();
    if (Layout.isWide(width)) {
      wide.add(value.value());
    }
  }

  int size() {
    return tail - head;
  }

  long peek() {
    return head < tail ? narrow[head] : 0;
  }

  BigInteger peekWide() {
    return head < tail ? wide.get(head) : BigInteger.ZERO;
  }

  /// Drops the oldest value; true if there was one.
  boolean consume() {
    boolean waiting = head < tail;
    if (waiting) {
      head++;
    }
    return waiting;
  }

  void putBack() {
    head--;
  }

  List<Bits> waiting() {
    var values = new ArrayList<Bits>();
    for (int i = head; i < tail; i++) {
      values.add(Layout.isWide(width) ? new Bits(width, wide.get(i)) : Bits.of(width, narrow[i]));
    }
    return values;
  }

  InputQueue copy() {
    var copy = new InputQueue(width);
    waiting().forEach(copy::feed);
    return copy;
  }
}
