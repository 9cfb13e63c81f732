package trapline.peer;

import java.util.Arrays;
import java.util.Optional;

/// What the described IA-32 is compared with.
enum Ia32Peer {
  INTEL("GenuineIntel"),
  AMD("AuthenticAMD"),
  QEMU("system");

  /// Of a processor its `vendor_id`.
  private final String vectors;

  Ia32Peer(String vectors) {
    this.vectors = vectors;
  }

  /// The processor of that `vendor_id`.
  static Optional<Ia32Peer> processor(String vendor) {
    return Arrays.stream(values()).filter(p -> p.vectors.equals(vendor)).findFirst();
  }

  /// What the file of its vectors is called.
  String vectors() {
    return vectors;
  }

  /// Whether it is a processor, of which ring 3 is seen.
  boolean isProcessor() {
    return this != QEMU;
  }
}
