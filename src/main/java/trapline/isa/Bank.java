package trapline.isa;

import java.util.Map;
import trapline.bits.Bits;

/// The names and numbers of a sparse numbered space (`bank csr`); its reads and writes have become
/// functions.
public record Bank(String name, int indexWidth, Map<String, Bits> entries) {}
