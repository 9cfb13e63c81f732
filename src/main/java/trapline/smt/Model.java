package trapline.smt;

import trapline.bits.Bits;

/// An assignment under which every assertion of a question is true. Valid until the next question
/// to the solver that gave it.
public interface Model {
  /// The value of any bit-vector term, of the factory that the question came from. What the
  /// question leaves free is completed with some fixed value.
  Bits value(Term term);
}
