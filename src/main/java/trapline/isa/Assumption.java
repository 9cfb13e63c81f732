package trapline.isa;

import trapline.diag.Span;

/// A named hypothesis about states: a pure condition.
public record Assumption(String name, Expr holds, Span span) {}
