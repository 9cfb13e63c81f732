package trapline.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Fetch;

/// How many units an instruction has, told from the units read so far.
///
///     after n units:  an instruction of n units            it is complete
///                     else the beginning of a longer one   another unit is read
///                     else                                 it is reserved, n units long
///
/// A decode condition counts once the units read decide it. What the first unit tells is remembered
/// where units are small; of longer beginnings the most recent.
public final class Lengths {
  private static final int TABLE_BITS = 16;
  private static final int REMEMBERED = 1 << 16;
  private static final byte ENDS = 1;
  private static final byte GOES_ON = 2;

  private record Beginning(Bits bits, int length) {}

  private final Decoder decoder;
  private final int unit;
  private final int width;
  private final byte[] first;

  /// By first unit, as found out.
  private final int[] @Nullable [] begun;

  private final Map<Beginning, Boolean> others = new HashMap<>();

  Lengths(Fetch fetch, Decoder decoder) {
    this.decoder = decoder;
    unit = fetch.unit().width();
    width = fetch.word().width();
    first = new byte[fetch.isPiecewise() && unit <= TABLE_BITS ? 1 << unit : 0];
    begun = new int[first.length][];
  }

  /// Whether an instruction goes on behind the first `units` units of `word`.
  public boolean goesOn(Bits word, int units) {
    int bits = units * unit;
    if (bits >= width) {
      return false;
    }
    if (units == 1 && first.length > 0) {
      int at = word.extract(width - 1, width - unit).toInt();
      if (first[at] == 0) {
        first[at] = find(word, bits) ? GOES_ON : ENDS;
      }
      return first[at] == GOES_ON;
    }
    return remembered(word, bits);
  }

  /// The same of words of at most 64 bits.
  public boolean goesOn(long word, int units) {
    if (units == 1 && first.length > 0) {
      byte known = first[(int) (word >>> (width - unit))];
      if (known != 0) {
        return known == GOES_ON;
      }
    }
    return goesOn(Bits.of(width, word), units);
  }

  private synchronized boolean remembered(Bits word, int bits) {
    var key = new Beginning(word.extract(width - 1, width - bits), bits);
    Boolean known = others.get(key);
    if (known == null) {
      if (others.size() >= REMEMBERED) {
        others.clear();
      }
      known = find(word, bits);
      others.put(key, known);
    }
    return known;
  }

  private boolean find(Bits word, int bits) {
    boolean goesOn = false;
    for (int i : begunBy(word)) {
      if (decoder.encoding(i).length() == bits && decoder.fits(i, word)) {
        return false;
      }
      goesOn = goesOn || decoder.goesOn(i, word, bits);
    }
    return goesOn;
  }

  /// The encodings that the first unit of `word` does not rule out.
  private int[] begunBy(Bits word) {
    if (begun.length == 0) {
      return IntStream.range(0, decoder.size()).toArray();
    }
    int at = word.extract(width - 1, width - unit).toInt();
    int[] known = begun[at];
    if (known == null) {
      known =
          IntStream.range(0, decoder.size())
              .filter(i -> decoder.encoding(i).isOpen(word, unit))
              .toArray();
      begun[at] = known;
    }
    return known;
  }

  /// How many units of `word` are fetched.
  public int units(Bits word) {
    int units = 1;
    while (goesOn(word, units)) {
      units++;
    }
    return units;
  }

  /// The bits of `word` that are fetched.
  public Bits fetched(Bits word) {
    int bits = units(word) * unit;
    return word.extract(width - 1, width - bits);
  }
}
