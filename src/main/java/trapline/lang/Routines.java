package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Space;

/// The bodies that call one another, each lowered when first mentioned.
///
/// Invariant: no body is lowered inside itself; a circle of calls is reported, once, with its
/// members.
final class Routines {
  /// A body that is lowered on demand.
  static final class Deferred<T> {
    private final String name;
    private final Span span;
    private final Supplier<T> lowering;
    private @Nullable T lowered;

    Deferred(String name, Span span, Supplier<T> lowering) {
      this.name = name;
      this.span = span;
      this.lowering = lowering;
    }
  }

  /// A space as its users see it: how it is addressed, and what it reaches.
  record Translation(
      String name, Meaning.Storage storage, Type address, Deferred<Optional<Space>> space) {}

  private final Problems problems;
  private final List<Deferred<?>> active = new ArrayList<>();

  Routines(Problems problems) {
    this.problems = problems;
  }

  /// The lowered body; nothing when it is the one being lowered.
  <T> Optional<T> lower(Deferred<T> deferred, Span mention) {
    if (deferred.lowered != null) {
      return Optional.of(deferred.lowered);
    }
    int start = active.indexOf(deferred);
    if (start >= 0) {
      List<String> circle = new ArrayList<>();
      for (Deferred<?> d : active.subList(start, active.size())) {
        circle.add("`" + d.name + "`");
      }
      circle.add("`" + deferred.name + "`");
      problems.report(
          Diagnostic.of(
                  BodyMistake.RECURSION,
                  "`" + deferred.name + "` calls itself: " + String.join(" -> ", circle),
                  mention,
                  "closes the circle")
              .with(deferred.span, "`" + deferred.name + "` is declared here")
              .help("functions cannot recur; use `for` with constant bounds, or `while`"));
      return Optional.empty();
    }
    active.add(deferred);
    T made = deferred.lowering.get();
    active.removeLast();
    deferred.lowered = made;
    return Optional.of(made);
  }
}
