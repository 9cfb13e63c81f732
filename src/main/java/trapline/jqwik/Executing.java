package trapline.jqwik;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Which instructions programs are made of: those for which all that is given holds. Without it,
/// all of the machine's, `reserved` included.
@Target({ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Executing {
  /// Names of instructions (`jrst`), or of rows (`jrst 1`). Empty: any.
  String[] value() default {};

  /// Classes that a row is proved to have, as after `expect`: `innocuous`, `!privileged`. A solver
  /// is asked, once for each machine, which may take a while. Empty: any.
  String[] classes() default {};

  /// How the words begin, in bits from the highest on: `0010 0000`. `x` is either. Empty: any.
  String encoded() default "";
}
