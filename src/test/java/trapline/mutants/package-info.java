/// Deliberately wrong engines, and what catches them.
///
///     Mutant      = a change to one source file, from `src/test/resources/mutants/mutants.txt`
///     Deciding    = the tests that decide, run in a machine of their own
///     MutantsTest = every mutant is caught: `mvn -Pmutants test`
@org.jspecify.annotations.NullMarked
package trapline.mutants;
