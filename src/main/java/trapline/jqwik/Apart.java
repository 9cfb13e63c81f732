package trapline.jqwik;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import trapline.isa.Role;

/// In what [Twins] may differ: registers of these roles, [Role#M] or [Role#R]. Without it, in both.
@Target({ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Apart {
  Role[] value();
}
