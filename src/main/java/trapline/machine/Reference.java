package trapline.machine;

import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Space;

/// A reference to storage through a space, by the program's own address.
public record Reference(Space space, Bits address, Access access) {}
