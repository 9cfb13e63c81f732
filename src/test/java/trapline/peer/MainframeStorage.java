package trapline.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Where the zone of a situation's operands and its instruction lie: at logical addresses, and what
/// makes real ones of them.
///
///     basic       zone and instruction at real addresses, as long as there is no translation
///     translated  segment and page tables of a drawn shape: the zone's first [#SPLIT] bytes are the end
///                 of one page, its others the beginning of the next, whose frames are apart
///
/// A table has only the entries that the situation needs, and lies so that these come into the pieces
/// that [Hercules] sets up. Half of the translated situations have something wrong with the zone's
/// tables.
final class MainframeStorage {
  static final int ZONE_BYTES = 768;
  static final int SPLIT = 256;
  private static final int BASIC_ZONE = 0x10000;

  /// Without translation the zone goes on where its first part ends.
  static final int FIRST = 0x9000 - SPLIT;

  static final int SECOND = 0xb000;
  static final int SEGMENTS = 0xc000;
  static final int PAGES = 0xd000;

  /// The keys of these two blocks are told with the bits for reference and change: no trial touches
  /// the storage.
  static final int KEYED = 0xe000;

  static final int BESIDE = KEYED + 2048;

  static final Mainframe.Layout BASIC =
      new Mainframe.Layout(
          Hercules.PIECE,
          List.of(BASIC_ZONE, BASIC_ZONE + 0x100, BASIC_ZONE + 0x200),
          List.of(BASIC_ZONE));
  static final Mainframe.Layout TRANSLATED =
      new Mainframe.Layout(
          Hercules.PIECE,
          List.of(FIRST, FIRST + 0x100, FIRST + 0x200, SECOND, SECOND + 0x100, SEGMENTS, PAGES),
          List.of(FIRST & ~0x7ff, FIRST + SPLIT, SECOND, SEGMENTS, PAGES, KEYED, BESIDE));

  /// Logical addresses.
  final int zone;

  final int code;

  /// What SSK, ISK and RRB refer to.
  final int keyed;

  private final boolean isSplit;
  private final Map<String, Long> tables;

  private MainframeStorage(
      int zone, int code, int keyed, boolean isSplit, Map<String, Long> tables) {
    this.zone = zone;
    this.code = code;
    this.keyed = keyed;
    this.isSplit = isSplit;
    this.tables = tables;
  }

  static MainframeStorage basic() {
    return new MainframeStorage(BASIC_ZONE, Hercules.CODE, BASIC_ZONE, false, Map.of());
  }

  /// `isOn`: the instruction is fetched and refers to storage through the tables. `isAsked`: it
  /// looks an address of the zone up. `isReal`: real addresses have to do, too, once it is
  /// executed.
  static MainframeStorage translated(Random random, boolean isOn, boolean isAsked, boolean isReal) {
    MainframeTables tables = new MainframeTables(random, isOn, isReal);
    int zone = isOn || isAsked ? tables.edge() - SPLIT : FIRST;
    int code = isOn ? tables.code() : Hercules.CODE;
    return new MainframeStorage(zone, code, KEYED, isOn, tables.cells());
  }

  /// The real address of a byte of the zone.
  private int place(int i) {
    if (zone == BASIC_ZONE) {
      return zone + i;
    }
    return isSplit && i >= SPLIT ? SECOND + i - SPLIT : FIRST + i;
  }

  static boolean isUntouched(int frame) {
    return frame == KEYED || frame == BESIDE;
  }

  /// Without what no program sees, and what the manual leaves open: the bits within a page of a
  /// translation-exception address.
  static Stepper comparable(Stepper stepper) {
    return situations -> {
      List<Optional<Cells>> results = new ArrayList<>();
      for (Optional<Cells> result : stepper.step(situations)) {
        results.add(
            result.map(r ->
                Mainframe.visible(r)
                    .with(Map.of("E[36]", r.at("E", 36) & -MainframeTables.pageSize(r)))));
      }
      return results;
    };
  }

  /// The real address of one in the zone.
  static long real(Cells situation, long logical) {
    if (!MainframeTables.areOn(situation)) {
      return logical;
    }
    long rest = logical - MainframeTables.edge(situation, logical);
    return rest < 0 ? FIRST + SPLIT + rest : SECOND + rest;
  }

  void put(byte[] bytes, Map<String, Long> cells) {
    cells.putAll(tables);
    for (int i = 0; i < bytes.length; i += 4) {
      cells.put("E[" + place(i) / 4 + "]", ByteBuffer.wrap(bytes).getInt(i) & 0xffffffffL);
    }
  }
}
