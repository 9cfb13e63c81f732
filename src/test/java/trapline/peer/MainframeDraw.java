package trapline.peer;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// One situation of a System/360, 67 or 370 in the making: registers, values with a taste for
/// extremes, and instructions whose operands are where the machine's trials have them.
abstract class MainframeDraw {
  /// `mnemonic opcode format`, and what the operands want: what all of them have.
  static final String COMMON =
      """
      lr 18 rr|ltr 12 rr|lcr 13 rr|lpr 10 rr|lnr 11 rr|ar 1a rr|sr 1b rr|alr 1e rr|slr 1f rr
      cr 19 rr|clr 15 rr|nr 14 rr|or 16 rr|xr 17 rr|mr 1c rr|dr 1d rr|spm 04 rr
      balr 05 rr branch|bctr 06 rr branch|bcr 07 rr branch
      l 58 rx|st 50 rx|a 5a rx|s 5b rx|al 5e rx|sl 5f rx|c 59 rx|cl 55 rx|n 54 rx|o 56 rx|x 57 rx
      m 5c rx|d 5d rx|lh 48 rx|sth 40 rx|ah 4a rx|sh 4b rx|ch 49 rx|mh 4c rx|la 41 rx|ic 43 rx
      stc 42 rx|cvb 4f rx decimal|cvd 4e rx|bal 45 rx branch|bct 46 rx branch|bc 47 rx branch
      ex 44 rx execute
      lm 98 rs|stm 90 rs|bxh 86 rs branch|bxle 87 rs branch
      sla 8b rs shift|sra 8a rs shift|sll 89 rs shift|srl 88 rs shift
      slda 8f rs shift|srda 8e rs shift|sldl 8d rs shift|srdl 8c rs shift
      mvi 92 si|cli 95 si|tm 91 si|ni 94 si|oi 96 si|xi 97 si|ts 93 si
      mvc d2 ss|mvn d1 ss|mvz d3 ss|nc d4 ss|oc d6 ss|xc d7 ss|clc d5 ss
      mvo f1 ss|pack f2 ss|unpk f3 ss
      svc 0a rr|ssk 08 rr key|isk 09 rr key|sio 9c si io|tio 9d si io|hio 9e si io|tch 9f si io
      """;

  record Kind(int opcode, String format, String wish) {}

  /// What EXECUTE is of.
  private static final List<String> SUBJECTS =
      List.of(
          "ar", "lr", "sr", "xr", "lcr", "mvc", "clc", "xc", "mvi", "tm", "l", "st", "balr", "ex",
          "svc");

  private final Map<String, Kind> kinds;
  final Random random;
  final int[] registers = new int[16];

  /// Registers that no operand relies on.
  private int free = 0xfffe;

  MainframeDraw(Map<String, Kind> kinds, Random random) {
    this.kinds = kinds;
    this.random = random;
  }

  /// The address of an operand that has so many bytes at most.
  abstract int operand(int length);

  /// Where to branch.
  abstract int target();

  /// What SSK and ISK refer to.
  abstract int block();

  /// Where EXECUTE finds an instruction.
  abstract int executed();

  /// Puts an instruction where EXECUTE finds it.
  abstract void put(int at, byte[] subject);

  /// The subjects that EXECUTE leaves as they are.
  abstract List<String> unaltered();

  /// Puts a packed number where CVB finds it.
  abstract void decimal(int at);

  /// An instruction of a format other than rr and rx.
  abstract byte[] other(Kind k);

  /// By mnemonic.
  static Map<String, Kind> kinds(String instructions) {
    Map<String, Kind> kinds = new TreeMap<>();
    for (String entry : instructions.split("[|\\n]")) {
      String[] words = entry.trim().split(" ");
      kinds.put(
          words[0],
          new Kind(Integer.parseInt(words[1], 16), words[2], words.length > 3 ? words[3] : ""));
    }
    return kinds;
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  int octet() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 0xff;
      case 2 -> 0x80 >> random.nextInt(8);
      default -> random.nextInt(256);
    };
  }

  int word() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(4);
      case 1 -> -1 - random.nextInt(3);
      case 2 -> Integer.MAX_VALUE + random.nextInt(3);
      case 3 -> 1 << random.nextInt(32);
      case 4 -> ~(1 << random.nextInt(32));
      case 5 -> random.nextInt() >>> random.nextInt(32);
      default -> random.nextInt();
    };
  }

  /// A packed number of eight bytes, rarely with something else than digits and a sign.
  byte[] decimal() {
    int digits = random.nextInt(chance(80) ? 10 : 16);
    byte[] value = new byte[8];
    for (int i = 15 - digits; i < 15; i++) {
      int digit = chance(1) ? random.nextInt(16) : random.nextInt(10);
      value[i / 2] |= (byte) (digit << (i % 2 == 0 ? 4 : 0));
    }
    value[7] =
        (byte) (value[7] & 0xf0 | (chance(95) ? 10 + random.nextInt(6) : random.nextInt(16)));
    return value;
  }

  /// The upper half of a dividend, so that the quotient often fits.
  void dividend(int r) {
    if (chance(70)) {
      registers[r] = random.nextInt(16) - 8;
    } else {
      registers[r] = registers[r + 1 & 15] >> 31;
    }
  }

  /// A register that nothing relies on yet, if it is found, and that is not of the pair of `taken`.
  int register(int taken) {
    for (int tries = 0; tries < 40; tries++) {
      int r = 1 + random.nextInt(15);
      if ((free >> r & 1) == 1 && r != taken && r != (taken ^ 1)) {
        rely(r);
        return r;
      }
    }
    return 0;
  }

  void rely(int r) {
    free &= ~(1 << r);
  }

  final byte[] instruction(Kind k) {
    return switch (k.format()) {
      case "rr" -> registers(k);
      case "rx" -> indexed(k);
      default -> other(k);
    };
  }

  byte[] registers(Kind k) {
    int r1 = random.nextInt(16);
    int r2 = random.nextInt(16);
    if ((k.opcode() == 0x1c || k.opcode() == 0x1d) && chance(90)) {
      r1 &= 14;
    }
    if (k.opcode() == 0x1d && chance(70)) {
      dividend(r1);
    }
    if (k.wish().equals("branch")) {
      registers[r2] = target() | random.nextInt(256) << 24;
    }
    if (k.wish().equals("key")) {
      registers[r2] = block();
    }
    if (k.opcode() == 6 && r1 != r2 && chance(20)) {
      registers[r1] = 1;
    }
    return bytes(k.opcode(), r1 << 4 | r2);
  }

  private byte[] indexed(Kind k) {
    int r = random.nextInt(16);
    if ((k.opcode() == 0x5c || k.opcode() == 0x5d) && chance(90)) {
      r &= 14;
    }
    if (k.opcode() == 0x5d && chance(70)) {
      dividend(r);
    }
    int at;
    if (k.wish().equals("branch")) {
      at = target();
    } else if (k.wish().equals("execute")) {
      at = executed();
      subject(at & ~1, r);
    } else if (k.opcode() == 0x41) {
      at = random.nextInt(1 << 24);
    } else {
      at = operand(8);
    }
    if (k.wish().equals("decimal")) {
      decimal(at);
    }
    int[] place = place(at, r, true);
    return bytes(k.opcode(), r << 4 | place[1], place[0] << 4 | place[2] >> 8, place[2]);
  }

  /// An instruction for EXECUTE, and what it will be altered with.
  private void subject(int at, int r) {
    String name = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
    rely(r);
    put(at, name.equals("ex") ? bytes(0x44, 0, 0, 0) : instruction(kinds.get(name)));
    if (unaltered().contains(name) || chance(50)) {
      registers[r] &= ~0xff;
    }
  }

  /// How far a shift goes; the address that tells it.
  int shift() {
    int at = random.nextInt(1 << 24);
    return chance(70) ? at & ~63 | random.nextInt(34) : at;
  }

  /// An instruction of two halfwords, after its opcode and next eight bits.
  byte[] based(int opcode, int second, int at, int taken) {
    int[] place = place(at, taken, false);
    return bytes(opcode, second, place[1] << 4 | place[2] >> 8, place[2]);
  }

  byte[] twice(int opcode, int second, int first, int other) {
    int[] a = place(first, -1, false);
    int[] b = place(other, -1, false);
    return bytes(opcode, second, a[1] << 4 | a[2] >> 8, a[2], b[1] << 4 | b[2] >> 8, b[2]);
  }

  /// Index, base and displacement that lead to an address. `taken` keeps what it has.
  private int[] place(int at, int taken, boolean indexed) {
    int x = 0;
    int rest = at;
    int d = random.nextInt(4096);
    if (indexed && chance(40)) {
      x = register(taken);
      if (x != 0) {
        registers[x] = random.nextInt();
        rest = at - registers[x];
      }
    }
    int b = register(taken);
    if (b == 0) {
      // nothing free: what the registers hold decides
      return new int[] {0, 0, at & 0xfff};
    }
    registers[b] = (rest - d) & 0xffffff | random.nextInt(256) << 24;
    return indexed ? new int[] {b, x, d} : new int[] {0, b, d};
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
