package trapline.isa;

/// A processor mode: a name, and when the machine is in it (a pure condition over role M state).
public record Mode(String name, Expr holds) {}
