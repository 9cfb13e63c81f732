package trapline.peer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Random situations of a System/360 or 370, by mnemonic: operands in the zone of [MainframeStorage],
/// branches into the field behind the instruction, registers and bytes with a taste for extremes.
///
///     basic       BC mode
///     translated  EC mode with translation, most of them; EC mode without; BC mode. `fetch` is of
///                 instructions that lie across the edge of a page
final class MainframeTrials implements Comparison.Trials {
  private static final long PROBLEM = 1L << 40;

  /// What a System/370 has besides.
  private static final String INSTRUCTIONS =
      """
      cs ba rs swap|cds bb rs swap|icm bf rs|stcm be rs|clm bd rs bytes
      tr dc ss table|trt dd ss table
      lpsw 82 si guarded|ssm 80 si guarded|stnsm ac si guarded|stosm ad si guarded
      """;

  /// What only the System/370 has, and is not like the others in BC mode.
  private static final String MORE =
      """
      lra b1 rx real|lctl b7 rs control|stctl b6 rs control|ptlb b20d s guarded|rrb b213 s key
      spka b20a s guarded|ipk b20b s guarded|sck b204 s double|sckc b206 s double|stckc b207 s double
      spt b208 s double|stpt b209 s timer|stidp b202 s timer|stck b205 s clock
      """;

  /// Of instructions that store nothing.
  private static final List<String> FETCHED = List.of("lr", "ar", "la", "l", "tm", "cli", "clc");

  private static final Set<String> PRIVILEGED =
      Set.of("guarded", "key", "io", "real", "control", "double", "timer");

  private final Map<String, MainframeDraw.Kind> kinds;

  private final boolean isTranslated;

  private MainframeTrials(String instructions, boolean isTranslated) {
    this.isTranslated = isTranslated;
    kinds = MainframeDraw.kinds(MainframeDraw.COMMON + instructions);
  }

  static MainframeTrials basic() {
    return new MainframeTrials(INSTRUCTIONS, false);
  }

  static MainframeTrials translated() {
    return new MainframeTrials(INSTRUCTIONS + MORE + "fetch 0 any", true);
  }

  @Override
  public List<String> classes() {
    return List.copyOf(kinds.keySet());
  }

  @Override
  public Optional<String> known(String kind, Cells before) {
    return MainframeDifference.of(kind, before).map(Enum::name);
  }

  @Override
  public Cells situation(String kind, int number) {
    return new Draw(kinds.get(kind), Comparison.Trials.random(kind, number)).cells();
  }

  private final class Draw extends MainframeDraw {
    private static final long TRANSLATION = 1L << 50;
    private static final long EXTENDED = 1L << 43;

    private final Kind kind;
    private final MainframeStorage storage;
    private final long mode;
    private final TreeMap<String, Long> cells = new TreeMap<>();
    private final byte[] zone = new byte[MainframeStorage.ZONE_BYTES];
    private int at; // the instruction

    Draw(Kind kind, Random random) {
      super(kinds, random);
      this.kind = kind;
      if (isTranslated) {
        mode = mode();
        storage =
            MainframeStorage.translated(random, isOn(), kind.wish().equals("real"), switches());
      } else {
        mode = 0;
        storage = MainframeStorage.basic();
      }
      at = storage.code;
    }

    /// The format of the PSW, translation, and masks for which nothing waits.
    private long mode() {
      int draw = random.nextInt(100);
      if (draw < 12 && !kind.format().equals("any")) {
        return (long) (random.nextInt(64) << 2) << 48;
      }
      boolean isOn = draw >= 30 || kind.format().equals("any");
      long masks = random.nextInt(4) | (chance(20) && !kind.wish().equals("control") ? 0x40 : 0);
      return EXTENDED | masks << 48 | (isOn ? TRANSLATION : 0) | (long) random.nextInt(2) << 42;
    }

    private boolean isOn() {
      return (mode & EXTENDED) != 0 && (mode & TRANSLATION) != 0;
    }

    private boolean switches() {
      return List.of(0x80, 0x82, 0xac, 0xad).contains(kind.opcode());
    }

    Cells cells() {
      int filled = chance(50) ? 64 : zone.length;
      for (int i = 0; i < filled; i++) {
        zone[i] = (byte) octet();
      }
      for (int r = 0; r < 16; r++) {
        registers[r] = word();
      }
      long psw = mode | (long) random.nextInt(64) << 34;
      if (chance(50) && !isPrivileged()) {
        psw |= PROBLEM;
      }
      if (isPrivileged() && chance(20)) {
        psw |= PROBLEM;
      }
      psw |= (long) keys() << 44;
      byte[] instruction = kind.format().equals("any") ? fetched() : instruction(kind);
      if (kind.opcode() == 0x1d || kind.opcode() == 0x5d) {
        survivable(instruction[1] >> 4 & 14);
      }
      put(instruction);
      cells.put("psw", psw | Integer.toUnsignedLong(at));
      cells.put("E[25]", (long) Mainframe.CALLED);
      cells.put("E[27]", (long) Mainframe.REFUSED);
      storage.put(zone, cells);
      if (isTranslated) {
        cells.put("E[24]", 0x80000L);
        cells.put("E[26]", 0x80000L);
        cells.put("comparator", random.nextLong() & ~0xfffL);
        if (kind.opcode() == 0x80 && chance(10)) {
          cells.merge("cr0", 1L << 30, Long::sum); // SSM is suppressed
        }
      }
      return new Cells(cells);
    }

    private void put(byte[] instruction) {
      for (int r = 0; r < 16; r++) {
        cells.put("gr[" + r + "]", registers[r] & 0xffffffffL);
      }
      long code = 0;
      for (int i = 0; i < 8; i++) {
        code = code << 8 | (i < instruction.length ? instruction[i] : 0x0a) & 0xff;
      }
      cells.put("E[" + Hercules.CODE / 4 + "]", code >>> 32);
      cells.put("E[" + (Hercules.CODE / 4 + 1) + "]", code & 0xffffffffL);
    }

    /// Draws the storage keys; the PSW's.
    private int keys() {
      int lock = random.nextInt(4);
      int key = chance(60) ? lock : random.nextInt(4);
      for (int frame :
          isTranslated ? MainframeStorage.TRANSLATED.frames() : MainframeStorage.BASIC.frames()) {
        cells.put(Mainframe.key(frame), (long) lock << 3 | (chance(30) ? 4 : 0));
        if (isTranslated) {
          lock = chance(60) ? lock : random.nextInt(4);
        }
      }
      if (isTranslated) {
        cells.put(Mainframe.key(MainframeStorage.KEYED), (long) random.nextInt(128));
        int beside = random.nextInt(128);
        cells.put(
            Mainframe.key(MainframeStorage.BESIDE), (long) (chance(90) ? beside & ~3 : beside));
      }
      return key;
    }

    /// Across the edge between the zone's two pages, or near it, with a call behind. It does not
    /// end at the edge: the call would be on the other side.
    private byte[] fetched() {
      byte[] instruction = instruction(kinds.get(FETCHED.get(random.nextInt(FETCHED.size()))));
      int from;
      do {
        from = MainframeStorage.SPLIT - 2 * random.nextInt(5);
      } while (from + instruction.length == MainframeStorage.SPLIT);
      at = storage.zone + from + (chance(3) ? 1 : 0);
      set(storage.zone + from, instruction);
      set(storage.zone + from + instruction.length, bytes(0x0a, 0x0a));
      return instruction;
    }

    private boolean isPrivileged() {
      return PRIVILEGED.contains(kind.wish());
    }

    @Override
    byte[] other(Kind k) {
      return switch (k.format()) {
        case "rs" -> based(k, random.nextInt(256));
        case "s" -> stored(k);
        case "si" -> based(k, k.opcode() == 0x92 || chance(70) ? random.nextInt(256) : octet());
        default -> twice(k);
      };
    }

    @Override
    byte[] registers(Kind k) {
      byte[] instruction = super.registers(k);
      if (k.wish().equals("key") && !isTranslated) {
        registers[instruction[1] >> 4 & 15] &= ~6; // no reference and change bits
      }
      return instruction;
    }

    @Override
    int block() {
      return keyed() | (chance(5) ? 4 : 0);
    }

    /// In a block of storage that has a key, or in none.
    private int keyed() {
      int within = storage.keyed | random.nextInt(128) << 4;
      return isTranslated && chance(5) ? within | 0x800000 : within;
    }

    /// Hercules ends where the least of all dividends is divided by -1.
    private void survivable(int r) {
      if (registers[r] == Integer.MIN_VALUE && registers[r + 1] == 0) {
        registers[r + 1] = 1;
      }
    }

    @Override
    int executed() {
      return storage.zone + 512 + 2 * random.nextInt(64) + (chance(3) ? 1 : 0);
    }

    @Override
    void put(int at, byte[] subject) {
      set(at, subject);
    }

    @Override
    List<String> unaltered() {
      return List.of("balr", "l", "st");
    }

    private byte[] based(Kind k, int second) {
      int r1 = second >> 4;
      int r3 = second & 15;
      int at = operand(8);
      switch (k.wish()) {
        case "branch" -> at = target();
        case "shift" -> {
          at = shift();
          if (k.opcode() >= 0x8c && chance(90)) {
            r1 &= 14;
          }
        }
        case "swap" -> {
          if (chance(90)) {
            at &= ~7;
          }
          if (k.opcode() == 0xbb && chance(90)) {
            r1 &= 14;
            r3 &= 14;
          }
          if (chance(60) && at + 8 < storage.zone + zone.length) {
            registers[r1] = word(at);
            registers[r1 + 1 & 15] = word(at + 4);
          }
        }
        case "control" -> {
          at = chance(90) ? at & ~3 : at;
          controls(k, r1, r3, at);
        }
        case "bytes" -> {
          if (chance(60)) {
            chosen(registers[r1], r3, at);
          }
        }
        case "io" -> at = (0x500 + random.nextInt(256)) | random.nextInt(256) << 16;
        case "guarded" -> {
          if (k.opcode() == 0x82) {
            at = at & ~7;
            set(at, isTranslated ? extendedPsw() : basicPsw());
          } else if (k.opcode() == 0x80) {
            zone[at - storage.zone] = (byte) (isTranslated ? mask() : 0);
          }
        }
        default -> {}
      }
      if (k.opcode() == 0xad || isTranslated && k.opcode() == 0xac) {
        second = isTranslated ? mask() : 0;
        r1 = second >> 4;
        r3 = second & 15;
      }
      return based(k.opcode(), r1 << 4 | r3, at, r1);
    }

    private byte[] basicPsw() {
      byte[] psw = bytes(0, 0, 0, 0, random.nextInt(0x40), 1, 0x20, 0);
      psw[1] = (byte) (random.nextInt(4) << 4 | random.nextInt(2));
      psw[7] = (byte) (random.nextInt(128) << 1);
      return psw;
    }

    /// Of either format, one of EC mode not always in good form.
    private byte[] extendedPsw() {
      int at = target();
      byte[] psw = bytes(0, 0, 0, 0, 0, at >> 16, at >> 8, at);
      psw[1] = (byte) (random.nextInt(4) << 4 | random.nextInt(2) << 2 | random.nextInt(2));
      if (chance(20)) {
        psw[0] = (byte) (random.nextInt(64) << 2);
        psw[2] = (byte) octet();
        psw[3] = (byte) octet();
        psw[4] = (byte) octet();
      } else {
        psw[0] = (byte) (mask() & 0x47);
        psw[1] |= 8;
        psw[2] = (byte) random.nextInt(64);
        if (chance(15)) {
          psw[random.nextInt(3) == 0 ? 0 : 2 + random.nextInt(3)] |=
              (byte) (1 << random.nextInt(8));
        }
      }
      return psw;
    }

    /// A system mask; in EC mode only some bits may be ones.
    private int mask() {
      if ((mode & EXTENDED) == 0) {
        return random.nextInt(64) << 2;
      }
      return chance(80) ? random.nextInt(256) & 0x47 : octet();
    }

    /// Control registers, and what LCTL loads: that leaves the translation as it is while it is on.
    private void controls(Kind k, int r1, int r3, int at) {
      for (int r = 2; r < 16; r++) {
        cells.put(Hercules.control(r), word() & 0xffffffffL);
      }
      storage.put(zone, cells);
      for (int i = 0; k.opcode() == 0xb7 && i <= (r3 - r1 & 15); i++) {
        int r = r1 + i & 15;
        int from = at + 4 * i;
        if (r < 2 && isOn()) {
          int same = (int) (long) cells.get(Hercules.control(r));
          set(from, words(r == 0 ? same ^ random.nextInt(4) << 30 : same));
        } else if (r == 0) {
          set(from, words(word(from) & 0xe0f8001f)); // no external interruption
        }
      }
    }

    private byte[] stored(Kind k) {
      int at =
          switch (k.wish()) {
            case "key" -> keyed() | random.nextInt(16);
            case "double" -> operand(8);
            // a clock's value goes to where nobody looks
            case "timer", "clock" -> storage.zone + zone.length + random.nextInt(64);
            default -> random.nextInt(1 << 24);
          };
      if (k.wish().equals("double") || k.wish().equals("timer")) {
        at = chance(90) ? at & ~7 : at;
      }
      if (k.opcode() == 0xb206) {
        zone[at - storage.zone + 6] &= (byte) 0xf0; // the clock need not have the bits beyond
        zone[at - storage.zone + 7] = 0;
      }
      return based(k.opcode() >> 8, k.opcode(), at, -1);
    }

    private byte[] twice(Kind k) {
      boolean two = k.opcode() >= 0xf0;
      int second =
          two || chance(85) ? random.nextInt(256) & (two ? 0xff : 15) : random.nextInt(256);
      int first = operand(two ? 16 : 260);
      int other =
          k.wish().equals("table")
              ? storage.zone + random.nextInt(zone.length - 256)
              : chance(50)
                  ? operand(two ? 16 : 260)
                  : Math.clamp(first + random.nextInt(9) - 4, storage.zone, storage.zone + 507);
      if (k.opcode() == 0xdd) {
        for (int i = 0; i < 256; i++) {
          if (chance(85)) {
            zone[other - storage.zone + i] = 0;
          }
        }
      }
      if (k.opcode() == 0xd5 && chance(60)) {
        for (int i = 0; i < 20; i++) {
          zone[other - storage.zone + i] = zone[first - storage.zone + i];
        }
      }
      return twice(k.opcode(), second, first, other);
    }

    @Override
    int operand(int length) {
      if (isTranslated && chance(25)) {
        return storage.zone + MainframeStorage.SPLIT - random.nextInt(Math.min(length, 16));
      }
      int at = storage.zone + random.nextInt(chance(50) ? 64 : 512 - length);
      return chance(50) ? at & ~7 : at;
    }

    @Override
    int target() {
      return storage.code + 0x100 + 2 * random.nextInt(0x700);
    }

    /// The bytes of a word that a mask chooses, so that a comparison goes on past the first.
    private void chosen(int word, int mask, int at) {
      int next = at;
      for (int i = 0; i < 4; i++) {
        if ((mask << i & 8) != 0) {
          zone[next - storage.zone] = (byte) (word >> (24 - 8 * i));
          next++;
        }
      }
      if (chance(40)) {
        zone[at - storage.zone + random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
      }
    }

    @Override
    void decimal(int at) {
      if (at + 8 > storage.zone + zone.length || chance(5)) {
        return;
      }
      set(at, decimal());
    }

    private void set(int at, byte[] value) {
      System.arraycopy(value, 0, zone, at - storage.zone, value.length);
    }

    private int word(int at) {
      int w = 0;
      for (int i = 0; i < 4; i++) {
        w = w << 8 | zone[at - storage.zone + i] & 0xff;
      }
      return w;
    }

    private static byte[] words(int value) {
      return ByteBuffer.allocate(4).putInt(value).array();
    }
  }
}
