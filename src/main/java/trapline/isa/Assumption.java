package trapline.isa;

import java.util.List;
import trapline.diag.Span;

/// A named hypothesis about states: the pure condition `holds`, or else that each of the spaces in
/// `apart` keeps to itself.
///
/// A space is *apart* in a state if no address that it lets the running program store to leads to a
/// cell that a translation, of whichever address, reads: tables lie outside the window, as Popek
/// and Goldberg 1974, p. 413, take for granted of what locates storage. No pure condition can say
/// it, as it speaks of all addresses.
public record Assumption(String name, Expr holds, List<Space> apart, Span span) {}
