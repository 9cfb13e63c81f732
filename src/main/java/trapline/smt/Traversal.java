package trapline.smt;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Walks term graphs, each shared part once and without recursion, so that depth costs no stack.
final class Traversal {
  private Traversal() {}

  /// Visits what `roots` are made of, arguments before what uses them, leaving out what is `done`
  /// already. `visit` must make its term `done`.
  static void argumentsFirst(Collection<Term> roots, Predicate<Term> done, Consumer<Term> visit) {
    ArrayDeque<Term> pending = new ArrayDeque<>();
    for (Term root : roots) {
      pending.push(root);
      while (!pending.isEmpty()) {
        Term term = pending.peek();
        boolean ready = true;
        if (!done.test(term)) {
          for (int i = term.arguments().size() - 1; i >= 0; i--) {
            if (!done.test(term.argument(i))) {
              pending.push(term.argument(i));
              ready = false;
            }
          }
          if (ready) {
            visit.accept(term);
          }
        }
        if (ready) {
          pending.pop();
        }
      }
    }
  }
}
