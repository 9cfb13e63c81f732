package trapline.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// Random situations whose instruction touches the accumulators and one small region of storage,
/// and nothing else, so that looking there afterwards sees everything.
final class Trials {
  /// The region: addresses `FIRST..LAST`.
  static final int FIRST = 02000;

  static final int LAST = 02013;

  private final Random random;
  private final TreeMap<Integer, Long> storage = new TreeMap<>();

  private Trials(Random random) {
    this.random = random;
  }

  /// The operation codes that a KA10 and a KS10 have in common, fixed point.
  static List<Integer> opcodes() {
    List<Integer> codes = new ArrayList<>();
    for (int code = 0133; code <= 0137; code++) {
      codes.add(code);
    }
    for (int code = 0200; code <= 0677; code++) {
      if (code != 0247 && code != 0257) {
        codes.add(code);
      }
    }
    return codes;
  }

  /// The `index`th situation of an operation code.
  static Situation of(int opcode, int index) {
    return new Trials(new Random(opcode * 1_000_003L + index)).situation(opcode);
  }

  private Situation situation(int opcode) {
    int pc = 01000 + random.nextInt(0400);
    int flags = 0;
    for (int bit : new int[] {17, 16, 15, 14, 6, 5}) {
      if (chance(15)) {
        flags |= 1 << bit;
      }
    }
    if (chance(8)) {
      flags |= Situation.FIRST_PART_DONE;
    }
    if (chance(30)) {
      flags |= Situation.USER;
      if (chance(30)) {
        flags |= Situation.IN_OUT;
      }
    }
    storage.put(pc, instruction(opcode));
    return new Situation(pc, flags, storage);
  }

  private long instruction(int opcode) {
    int a = random.nextInt(16);
    if (chance(70)) {
      put(a, word());
    }
    if (chance(70)) {
      put((a + 1) & 15, word());
    }
    for (int address = FIRST; address <= LAST; address++) {
      if (chance(25)) {
        put(address, word());
      }
    }
    int target = chance(15) ? random.nextInt(16) : place();
    switch (opcode) {
      case 0133, 0134, 0135, 0136, 0137 -> {
        put(target, pointer());
        if (opcode == 0133) {
          a = 0; // another accumulator means another instruction on later processors
        }
      }
      case 0230, 0231, 0232, 0233 -> {
        if (chance(5)) { // the dividend whose magnitude is no dividend
          put(a, 1L << 35);
          put(target, chance(50) ? Situation.WORD : 1 + random.nextInt(2));
        }
      }
      case 0240, 0241, 0242, 0244, 0245, 0246 -> target = shift();
      case 0243, 0252, 0253, 0255, 0320, 0321, 0322, 0323, 0324, 0325, 0326, 0327 ->
          target = random.nextInt(1 << 18);
      case 0254 -> {
        a = chance(50) ? 0 : 2;
        target = random.nextInt(1 << 18);
        return (0254L << 27) | ((long) a << 23) | flagged(target);
      }
      case 0251 -> {
        int to = FIRST + random.nextInt(6);
        int from = chance(80) ? FIRST + random.nextInt(6) : random.nextInt(12);
        target = Math.min(to + random.nextInt(5), LAST);
        if (chance(10)) {
          target = to - 1;
        }
        put(a, ((long) from << 18) | to);
        return (0251L << 27) | ((long) a << 23) | target;
      }
      case 0256 -> {
        a = 0;
        int inner = 0200 + random.nextInt(0240 - 0200);
        target = place();
        put(target, instruction(chance(50) ? inner : 0400 + random.nextInt(0300)));
      }
      case 0260, 0261, 0262, 0263 -> {
        long count = chance(20) ? (chance(50) ? Situation.HALF : 0) : random.nextInt(1 << 18);
        int top = FIRST + 1 + random.nextInt(LAST - FIRST - 2);
        put(a, (count << 18) | (chance(5) ? random.nextInt(15) : top));
        if (opcode == 0260 || opcode == 0263) {
          target = random.nextInt(1 << 18);
        }
      }
      case 0265 -> target = random.nextInt(1 << 18);
      case 0267 -> {
        put(a, ((long) place() << 18) | random.nextInt(1 << 18));
        target = random.nextInt(1 << 18);
      }
      default -> {
        boolean immediate =
            opcode < 0300 || (opcode >= 0400 && opcode < 0600)
                ? (opcode & 3) == 1
                : (opcode >= 0300 && opcode < 0310) || (opcode & 0710) == 0600;
        boolean jump = (opcode & 0710) == 0340 || (opcode & 0710) == 0360;
        if (jump || (immediate && chance(80))) {
          target = random.nextInt(1 << 18);
        }
      }
    }
    return ((long) opcode << 27) | ((long) a << 23) | address(target);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private void put(int address, long word) {
    storage.put(address, word);
  }

  private int place() {
    return FIRST + random.nextInt(8);
  }

  private long word() {
    long full = random.nextLong() & Situation.WORD;
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(4);
      case 1 -> Situation.WORD - random.nextInt(3);
      case 2 -> (1L << 35) - 1 + random.nextInt(3);
      case 3 -> 1L << random.nextInt(36);
      case 4 -> Situation.WORD ^ (1L << random.nextInt(36));
      case 5 -> full >>> random.nextInt(36);
      case 6 -> full & ~0x3ffffL;
      default -> full;
    };
  }

  private int shift() {
    int count = random.nextInt(chance(70) ? 40 : 256);
    int signed = chance(50) ? -count : count;
    return signed & Situation.HALF;
  }

  private long pointer() {
    int size = chance(90) ? 1 + random.nextInt(36) : random.nextInt(64);
    int position = chance(90) ? random.nextInt(37) : random.nextInt(64);
    if (chance(3)) {
      return ((long) position << 30) | ((long) size << 24) | Situation.HALF;
    }
    return ((long) position << 30) | ((long) size << 24) | address(place());
  }

  /// I, X and Y whose effective address is `target`.
  private long address(int target) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> indexed(target);
      case 2 -> indirect(target, false);
      case 3 -> indirect(target, true);
      default -> target;
    };
  }

  /// The same where the left half of the last word becomes flags: only flags that the KA10 has.
  private long flagged(int target) {
    long flags = random.nextInt(1 << 18) & Situation.KA10_FLAGS;
    int free = freeIndex();
    if (chance(40) && free != 0) {
      int offset = random.nextInt(0100);
      storage.put(free, (flags << 18) | ((target - offset) & Situation.HALF));
      return ((long) free << 18) | offset;
    }
    int cell = LAST;
    storage.put(cell, (flags << 18) | target);
    return (1L << 22) | cell;
  }

  private int freeIndex() {
    for (int tries = 0; tries < 20; tries++) {
      int x = 1 + random.nextInt(15);
      if (!storage.containsKey(x)) {
        return x;
      }
    }
    return 0;
  }

  private long indexed(int target) {
    int x = freeIndex();
    if (x == 0) {
      return target;
    }
    int offset = random.nextInt(1 << 18);
    put(x, (random.nextLong() & 0x3ffffL << 18) | ((target - offset) & Situation.HALF));
    return ((long) x << 18) | offset;
  }

  private long indirect(int target, boolean deep) {
    int cell = LAST - random.nextInt(4);
    if (storage.containsKey(cell)) {
      return target;
    }
    long inner = deep ? indexed(target) : target;
    storage.put(cell, (random.nextLong() & 0x1fffL << 23) | inner);
    return (1L << 22) | cell;
  }
}
