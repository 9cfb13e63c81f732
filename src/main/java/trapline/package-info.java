/// Tells whether an instruction-set architecture can be virtualized, and proves it.
///
/// [trapline.Analyzer] is the whole pipeline on one screen. Packages below, from top to bottom:
/// report, theorem, classify, symbolic, smt, machine, codec, lang, isa, bits, diag; each imports
/// only those below it.
@org.jspecify.annotations.NullMarked
package trapline;
