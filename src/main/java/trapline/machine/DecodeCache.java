package trapline.machine;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.codec.Codec;

/// Decoding that remembers recent words: direct-mapped, shared by threads.
///
/// A word of up to [#PACKED] bits and its instruction's number are one `long`, so that a racing
/// writer can only replace an entry, never mix two. Wider words up to 64 bits are immutable
/// entries.
record DecodeCache(Codec codec, int width, long[] packed, @Nullable Entry[] entries) {
  static final int PACKED = 47;
  private static final int TAG = Long.SIZE - PACKED - 1;
  private static final int SLOT_BITS = 13;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  record Entry(long word, int number) {}

  static DecodeCache of(Codec codec) {
    int width = codec.machine().fetch().word().width();
    long[] packed = new long[width <= PACKED ? 1 << SLOT_BITS : 0];
    java.util.Arrays.fill(packed, -1);
    var entries = new Entry[width > PACKED && width <= Long.SIZE ? 1 << SLOT_BITS : 0];
    return new DecodeCache(codec, width, packed, entries);
  }

  int numberPacked(long word) {
    int slot = (int) ((word * SPREAD) >>> (Long.SIZE - SLOT_BITS));
    long entry = packed[slot];
    if (entry >>> TAG == word) {
      return (int) entry & 0xffff;
    }
    int number = codec.number(word);
    packed[slot] = (word << TAG) | number;
    return number;
  }

  int number(long word) {
    int slot = (int) ((word * SPREAD) >>> (Long.SIZE - SLOT_BITS));
    Entry entry = entries[slot];
    if (entry != null && entry.word == word) {
      return entry.number;
    }
    int number = codec.number(word);
    entries[slot] = new Entry(word, number);
    return number;
  }

  int number(BigInteger word) {
    return codec.number(new Bits(width, word));
  }

  boolean goesOn(long word, int units) {
    return codec.lengths().goesOn(word, units);
  }

  boolean goesOn(BigInteger word, int units) {
    return codec.lengths().goesOn(new Bits(width, word), units);
  }
}
