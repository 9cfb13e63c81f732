package trapline.lang;

import java.math.BigInteger;
import trapline.isa.Expr;

/// What an expression comes to.
///
///     Value = Run(expr, type)          known when the machine runs
///           | Whole(integer)           known now, without a width until its context gives one
///           | Picked(choice, value)    the value of a `choice`, known now
///           | Wrong                    already reported; poisons silently
sealed interface Value {
  Value WRONG = new Wrong();

  record Run(Expr expr, Type type) implements Value {}

  record Whole(BigInteger number) implements Value {}

  record Picked(Meaning.Choice choice) implements Value {}

  record Wrong() implements Value {}
}
