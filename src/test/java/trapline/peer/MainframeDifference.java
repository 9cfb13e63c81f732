package trapline.peer;

import java.util.Arrays;
import java.util.Optional;

/// Why the System/370 described and Hercules may differ on a situation. Each is explained in
/// src/site/markdown/machines/ibm-360-67.md under its name.
enum MainframeDifference {
  /// On an exception of its subject, EXECUTE is two halfwords long; Hercules stores the subject's
  /// length.
  EXECUTED_LENGTH {
    @Override
    boolean covers(String kind, Cells s) {
      if (!kind.equals("ex")) {
        return false;
      }
      long instruction = s.at("E", Hercules.CODE / 4);
      long x = instruction >> 16 & 15;
      long b = instruction >> 12 & 15;
      long at = (instruction & 0xfff) + (x == 0 ? 0 : s.at("gr", x)) + (b == 0 ? 0 : s.at("gr", b));
      long opcode = s.at("E", (at & 0xffffff) / 4) >> ((at & 2) == 0 ? 24 : 8) & 0xff;
      return opcode < 0x40 || opcode >= 0xc0;
    }
  };

  abstract boolean covers(String kind, Cells s);

  static Optional<MainframeDifference> of(String kind, Cells s) {
    return Arrays.stream(values()).filter(d -> d.covers(kind, s)).findFirst();
  }
}
