package trapline.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A System/360, 67 or 370 of a simulator that loads, runs and saves storage. Many situations in one
/// run: they are laid out in storage, and a small program of the machine itself takes one after the
/// other, sets everything up, loads the PSW, and puts down what it finds at the next interruption.
/// Around the instruction storage is full of SUPERVISOR CALLs, so that there is an interruption
/// wherever it goes on.
///
///     record     0 general registers
///               64 the PSW before; the old PSW
///               72 after: which interruption
///               80 keys of the frames
///               96 what the machine has besides: its program at 600 sets it up, that at 6c0 puts it
///                  down
///              256 pieces of storage
abstract class Mainframe implements Stepper {
  static final int CALLED = 0x500;
  static final int REFUSED = 0x540;

  /// Of a record.
  static final int BESIDES = 96;

  private static final int PSW = 64;
  private static final int WHY = 72;
  private static final int KEYS = 80;
  private static final int PIECES = 256;

  /// `address: contents`, what it is; `$l` for the bytes of a piece, less one and in full.
  private static final String PROGRAM =
      """
      000: 0000000000000400  restart new PSW
      058: 0002000000000e58  external new PSW: stop
      070: 0002000000000e70  machine check new PSW: stop
      078: 0002000000000e78  input/output new PSW: stop
      230: 0002000000000ddd  done
      400: 58d00208          l     13,208       the next situation
      404: 58e00218          l     14,218
      408: 41c0d100          la    12,256(13)
      40c: 1baa              sr    10,10
      40e: 58ba0280          l     11,280(10)
      412: d2%1$02xb000c000  mvc   0($l,11),0(12)
      418: 41c0c%2$03x       la    12,$l(12)
      41c: 41a0a004          la    10,4(10)
      420: 46e0040e          bct   14,40e
      424: 58e0021c          l     14,21c
      428: 41c0d050          la    12,80(13)
      42c: 1baa              sr    10,10
      42e: 58ba02a0          l     11,2a0(10)
      432: 4390c000          ic    9,0(12)
      436: 089b              ssk   9,11
      438: 41c0c001          la    12,1(12)
      43c: 41a0a004          la    10,4(10)
      440: 46e0042e          bct   14,42e
      444: d2070200d040      mvc   200(8),64(13)
      44a: 45e00600          bal   14,600
      44e: 980fd000          lm    0,15,0(13)
      452: 82000200          lpsw  200
      500: 900f0240          stm   0,15,240      a supervisor call
      504: 58d00208          l     13,208
      508: d207d0400020      mvc   64(8,13),20
      50e: 9201d048          mvi   72(13),1
      512: 47f00580          b     580
      540: 900f0240          stm   0,15,240      a program interruption
      544: 58d00208          l     13,208
      548: d207d0400028      mvc   64(8,13),28
      54e: 9202d048          mvi   72(13),2
      552: 47f00580          b     580
      580: 45e006c0          bal   14,6c0
      584: d23fd0000240      mvc   0(64,13),240
      58a: 58e0021c          l     14,21c           before storage is referred to
      58e: 41c0d050          la    12,80(13)
      592: 1baa              sr    10,10
      594: 58ba02a0          l     11,2a0(10)
      598: 1b99              sr    9,9
      59a: 099b              isk   9,11
      59c: 4290c000          stc   9,0(12)
      5a0: 41c0c001          la    12,1(12)
      5a4: 41a0a004          la    10,4(10)
      5a8: 46e00594          bct   14,594
      5ac: 58e00218          l     14,218
      5b0: 41c0d100          la    12,256(13)
      5b4: 1baa              sr    10,10
      5b6: 58ba0280          l     11,280(10)
      5ba: d2%1$02xc000b000  mvc   0($l,12),0(11)
      5c0: 41c0c%2$03x       la    12,$l(12)
      5c4: 41a0a004          la    10,4(10)
      5c8: 46e005b6          bct   14,5b6
      5cc: 5ad00210          a     13,210
      5d0: 50d00208          st    13,208
      5d4: 59d0020c          c     13,20c
      5d8: 47400404          bl    404
      5dc: 82000230          lpsw  230
      """;

  /// A situation's storage: pieces of so many bytes, and frames that have a key of their own.
  record Layout(int bytes, List<Integer> pieces, List<Integer> frames) {
    /// The cells of the pieces, by their place in a record.
    Map<Integer, Integer> cells() {
      Map<Integer, Integer> cells = new TreeMap<>();
      for (int p = 0; p < pieces.size(); p++) {
        for (int i = 0; i < bytes; i += 4) {
          cells.put(PIECES + p * bytes + i, (pieces.get(p) + i) / 4);
        }
      }
      return cells;
    }

    /// The description's names of what every one of these machines has.
    List<String> names() {
      List<String> names = new ArrayList<>(List.of("psw", "ended", "part"));
      for (int r = 0; r < 16; r++) {
        names.add(Cells.element("gr", r));
      }
      frames.forEach(frame -> names.add(key(frame)));
      cells().values().forEach(cell -> names.add(cell(cell)));
      return names;
    }
  }

  final Layout layout;
  private final Map<Integer, Integer> cells;
  private final int first;
  private final int record;
  private final int most;

  /// Situations from address `first` on, in storage of `size` bytes, and no more than `most` in one
  /// run.
  Mainframe(Layout layout, int first, int size, int most) {
    this.layout = layout;
    cells = layout.cells();
    this.first = first;
    record = PIECES + layout.pieces.size() * layout.bytes;
    this.most = Math.min(most, (size - first) / record);
  }

  /// Puts what the situations have in common into storage: the programs at 600 and 6c0, and the
  /// supervisor calls.
  abstract void furnish(ByteBuffer core);

  /// Whether the PSW has the codes beside the system mask, and an address of 32 bits.
  abstract boolean isExtended(Cells situation);

  /// Puts what the machine has besides, and the instruction, into a record.
  abstract void write(ByteBuffer record, Cells situation);

  /// Storage after a run of the program.
  abstract ByteBuffer run(ByteBuffer core) throws IOException;

  /// What an interruption, with its old PSW, tells of what became of a situation. `after` has what
  /// all machines have, and keys as they were found.
  abstract void read(
      ByteBuffer record, Cells before, boolean isRefused, long old, Map<String, Long> after);

  @Override
  public final List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (int from = 0; from < situations.size(); from += most) {
      results.addAll(few(situations.subList(from, Math.min(from + most, situations.size()))));
    }
    return results;
  }

  private List<Optional<Cells>> few(List<Cells> situations) throws IOException {
    int end = first + situations.size() * record;
    ByteBuffer core = ByteBuffer.allocate(end);
    load(PROGRAM.formatted(layout.bytes - 1, layout.bytes), core);
    core.putInt(0x208, first).putInt(0x20c, end).putInt(0x210, record);
    words(core, 0x218, 0x280, layout.pieces);
    words(core, 0x21c, 0x2a0, layout.frames);
    furnish(core);
    for (int i = 0; i < situations.size(); i++) {
      put(core.slice(first + i * record, record), situations.get(i));
    }
    ByteBuffer after = run(core);
    List<Optional<Cells>> results = new ArrayList<>();
    for (int i = 0; i < situations.size(); i++) {
      results.add(Optional.of(taken(after.slice(first + i * record, record), situations.get(i))));
    }
    return results;
  }

  /// Whether the program took the last situation.
  static boolean isDone(ByteBuffer before, ByteBuffer after) {
    return after.getInt(0x208) == before.getInt(0x20c);
  }

  private void put(ByteBuffer record, Cells s) {
    for (int r = 0; r < 16; r++) {
      record.putInt(4 * r, (int) s.at("gr", r));
    }
    record.putLong(PSW, image(s));
    for (int i = 0; i < layout.frames.size(); i++) {
      record.put(KEYS + i, (byte) (s.at(key(layout.frames.get(i))) << 1));
    }
    cells.forEach((place, cell) -> record.putInt(place, (int) s.at("E", cell)));
    write(record, s);
  }

  /// The description's PSW as it is loaded.
  private long image(Cells s) {
    long psw = s.at("psw");
    long high = psw >> 40 & 0xffff;
    long codes = psw >> 34 & 0x3f;
    return isExtended(s)
        ? high << 48 | codes << 40 | psw & 0xffffffffL
        : high << 48 | codes << 24 | psw & 0xffffff;
  }

  /// Without the length of the last instruction in the PSW, which nothing but an interruption or
  /// BAL ever shows, and these show their own.
  static Cells visible(Cells s) {
    return s.with(Map.of("psw", s.at("psw") & ~(3L << 32)));
  }

  private Cells taken(ByteBuffer record, Cells before) {
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    for (int r = 0; r < 16; r++) {
      after.put(Cells.element("gr", r), word(record, 4 * r));
    }
    for (int i = 0; i < layout.frames.size(); i++) {
      after.put(key(layout.frames.get(i)), (long) record.get(KEYS + i) >> 1 & 0x7f);
    }
    cells.forEach((place, cell) -> after.put(cell(cell), word(record, place)));
    read(record, before, record.get(WHY) == 2, record.getLong(PSW), after);
    return new Cells(after);
  }

  /// An old PSW, where the interruption stored it.
  static void store(long old, int cell, Map<String, Long> after) {
    after.put(cell(cell), old >>> 32);
    after.put(cell(cell + 1), old & 0xffffffffL);
  }

  /// Lines of `address: contents`, what it is.
  static void load(String program, ByteBuffer core) {
    program
        .lines()
        .forEach(line -> {
          String[] words = line.split("\\s+");
          core.put(
              Integer.parseInt(words[0].replace(":", ""), 16), HexFormat.of().parseHex(words[1]));
        });
  }

  /// SUPERVISOR CALLs of that number.
  static void calls(int number, int from, int to, ByteBuffer core) {
    for (int address = from; address < to; address += 2) {
      core.putShort(address, (short) (0x0a00 | number));
    }
  }

  private static void words(ByteBuffer core, int count, int at, List<Integer> words) {
    core.putInt(count, words.size());
    for (int i = 0; i < words.size(); i++) {
      core.putInt(at + 4 * i, words.get(i));
    }
  }

  static long word(ByteBuffer buffer, int at) {
    return buffer.getInt(at) & 0xffffffffL;
  }

  static String key(int frame) {
    return Cells.element("skey", frame / 2048);
  }

  static String cell(int cell) {
    return Cells.element("E", cell);
  }
}
