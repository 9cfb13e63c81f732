package trapline.peer;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a PDP-10 program sees: the PC word, and the words of storage that are not zero. Addresses
/// below 16 are the accumulators.
///
/// `flags` is the left half of the PC word.
record Situation(int pc, int flags, NavigableMap<Integer, Long> storage) {
  static final long WORD = (1L << 36) - 1;
  static final int HALF = (1 << 18) - 1;

  static final int OVERFLOW = 1 << 17;
  static final int FIRST_PART_DONE = 1 << 13;
  static final int USER = 1 << 12;
  static final int IN_OUT = 1 << 11;

  /// The flags that the KA10 has.
  static final int KA10_FLAGS = 0b111111100001100000;

  Situation {
    storage = new TreeMap<>(storage);
    storage.values().removeIf(word -> word == 0);
  }

  long at(int address) {
    return storage.getOrDefault(address, 0L);
  }

  /// The instruction about to be executed.
  long instruction() {
    return at(pc);
  }

  int opcode() {
    return (int) (instruction() >> 27);
  }

  /// The effective address of an instruction or address word.
  int effective(long word) {
    while (true) {
      int x = (int) (word >> 18) & 15;
      int e = (int) (word + (x == 0 ? 0 : at(x))) & HALF;
      if ((word >> 22 & 1) == 0) {
        return e;
      }
      word = at(e);
    }
  }

  /// The same, with only the flags that the KA10 has.
  Situation masked() {
    return new Situation(pc, flags & KA10_FLAGS, storage);
  }

  /// `pc flags address:word …`, all octal; of the storage, what differs from `base`.
  String text(Map<Integer, Long> base) {
    StringBuilder out = new StringBuilder();
    out.append(Integer.toOctalString(pc)).append(' ').append(Integer.toOctalString(flags));
    TreeMap<Integer, Long> all = new TreeMap<>(storage);
    base.forEach((address, word) -> all.putIfAbsent(address, 0L));
    all.forEach((address, word) -> {
      if (!word.equals(base.getOrDefault(address, 0L))) {
        out.append(' ').append(Integer.toOctalString(address));
        out.append(':').append(Long.toOctalString(word));
      }
    });
    return out.toString();
  }

  static Situation parse(String text, Map<Integer, Long> base) {
    String[] parts = text.trim().split(" ");
    TreeMap<Integer, Long> storage = new TreeMap<>(base);
    for (int i = 2; i < parts.length; i++) {
      int colon = parts[i].indexOf(':');
      storage.put(
          Integer.parseInt(parts[i].substring(0, colon), 8),
          Long.parseLong(parts[i].substring(colon + 1), 8));
    }
    return new Situation(Integer.parseInt(parts[0], 8), Integer.parseInt(parts[1], 8), storage);
  }
}
