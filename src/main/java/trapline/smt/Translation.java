package trapline.smt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Terms as expressions `E` of a solver, each translated once.
///
/// Solvers tell truths from 1-bit vectors and decide better with truths, so a 1-bit term is a truth
/// wherever its operation has one, and is converted where the other form is asked for.
abstract class Translation<E> {
  /// What an expression is to the solver. Arrays are vectors here.
  enum Form {
    TRUTH,
    VECTOR
  }

  private final Map<Term, E> truths = new HashMap<>();
  private final Map<Term, E> vectors = new HashMap<>();

  /// The expression of `term` in this form, of arguments in the forms that its operation wants.
  abstract E make(Term term, Form form, List<E> arguments);

  abstract E truthOf(E vector);

  abstract E vectorOf(E truth);

  final E truth(Term term) {
    return in(Form.TRUTH, term);
  }

  final E vector(Term term) {
    return in(Form.VECTOR, term);
  }

  private E in(Form form, Term term) {
    E known = made(form).get(term);
    if (known != null) {
      return known;
    }
    Traversal.argumentsFirst(List.of(term), this::isMade, this::translate);
    return given(form, term);
  }

  private boolean isMade(Term term) {
    return made(natural(term)).containsKey(term);
  }

  private void translate(Term term) {
    Form form = natural(term);
    List<E> arguments = new ArrayList<>();
    for (int i = 0; i < term.arguments().size(); i++) {
      arguments.add(given(wanted(term, form, i), term.argument(i)));
    }
    made(form).put(term, make(term, form, arguments));
  }

  /// A translated term in the form asked for.
  private E given(Form form, Term term) {
    E known = made(form).get(term);
    if (known == null) {
      known =
          switch (form) {
            case TRUTH -> truthOf(existing(Form.VECTOR, term));
            case VECTOR -> vectorOf(existing(Form.TRUTH, term));
          };
      made(form).put(term, known);
    }
    return known;
  }

  private E existing(Form form, Term term) {
    @Nullable E made = made(form).get(term);
    if (made == null) {
      throw new IllegalStateException("not translated: " + term);
    }
    return made;
  }

  private Map<Term, E> made(Form form) {
    return switch (form) {
      case TRUTH -> truths;
      case VECTOR -> vectors;
    };
  }

  private static Form natural(Term term) {
    return switch (term.op()) {
      case CONSTANT, VARIABLE, NOT, AND, OR, XOR, ITE -> isTruth(term) ? Form.TRUTH : Form.VECTOR;
      case EQ, ULT, SLT -> Form.TRUTH;
      case NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM, SHL, LSHR, ASHR -> Form.VECTOR;
      case EXTRACT, CONCAT, SEXT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> Form.VECTOR;
    };
  }

  private static Form wanted(Term term, Form form, int argument) {
    return switch (term.op()) {
      case NOT, AND, OR, XOR -> form;
      case ITE -> argument == 0 ? Form.TRUTH : form;
      case EQ -> isTruth(term.argument(0)) ? Form.TRUTH : Form.VECTOR;
      case ULT, SLT, NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM, SHL, LSHR, ASHR -> Form.VECTOR;
      case EXTRACT, CONCAT, SEXT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> Form.VECTOR;
      case CONSTANT, VARIABLE -> throw new IllegalStateException("no arguments: " + term);
    };
  }

  private static boolean isTruth(Term term) {
    return !term.isArray() && term.width() == 1;
  }
}
