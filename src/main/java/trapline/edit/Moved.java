package trapline.edit;

import java.util.OptionalInt;

/// One text and what an edit made of it: offsets before the edit stay, those behind it move along,
/// and those inside it are gone.
record Moved(int same, int end, int by) {
  static Moved between(String before, String after) {
    int most = Math.min(before.length(), after.length());
    int same = 0;
    while (same < most && before.charAt(same) == after.charAt(same)) {
      same++;
    }
    int rest = 0;
    while (rest < most - same
        && before.charAt(before.length() - 1 - rest) == after.charAt(after.length() - 1 - rest)) {
      rest++;
    }
    return new Moved(same, before.length() - rest, after.length() - before.length());
  }

  OptionalInt forward(int offset) {
    return offset < same
        ? OptionalInt.of(offset)
        : offset >= end ? OptionalInt.of(offset + by) : OptionalInt.empty();
  }

  OptionalInt back(int offset) {
    return offset < same
        ? OptionalInt.of(offset)
        : offset >= end + by ? OptionalInt.of(offset - by) : OptionalInt.empty();
  }
}
