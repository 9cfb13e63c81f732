/// From text to the typed model.
///
///     text --ANTLR--> Syntax (untyped trees) --resolve, check, lower, per parameter setting--> isa.Machine
///
/// [trapline.lang.Loader] is the entry point: files in, machines or a non-empty list of diagnostics out.
/// Invariant: a [trapline.isa.Machine] that leaves this package has every name resolved, every width
/// consistent, every encoding disjoint. No description, however broken, makes it throw or hang.
@org.jspecify.annotations.NullMarked
package trapline.lang;
