package trapline.peer;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// One situation of a System/360, 67 or 370 in the making: registers, and values with a taste for
/// extremes.
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

  final Random random;
  final int[] registers = new int[16];

  /// Registers that no operand relies on.
  private int free = 0xfffe;

  MainframeDraw(Random random) {
    this.random = random;
  }

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

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
