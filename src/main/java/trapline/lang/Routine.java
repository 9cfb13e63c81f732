package trapline.lang;

import java.util.List;
import org.jspecify.annotations.Nullable;
import trapline.diag.Span;
import trapline.isa.Function;

/// A function as its callers see it: parameters, the type of its result if it has one, and a body
/// that is lowered when first called.
record Routine(
    String name,
    List<Meaning.Variable> parameters,
    @Nullable Type result,
    Routines.Deferred<Function> body,
    Span span) {}
