package trapline.jqwik;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// Which described machine the properties of a class, or one of them, are about.
///
///     @OfMachine(file = "src/main/isa/counter.isa", machine = "Counter", set = "Q=256")
///     class CounterProperties {
///       @Property
///       boolean addNeverTraps(@ForAll @Executing("add") Situation situation) {
///         return situation.execute().completes();
///       }
///     }
///
/// Parameters may be a [Situation], [Twins] or a [Program]; other types are generated as ever. A
/// description that is rejected fails the property with its diagnostics.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Domain(MachineDomain.class)
@Domain(DomainContext.Global.class)
public @interface OfMachine {
  /// The description, from the folder that the tests run in.
  String file();

  /// The machine's name, if the file describes several.
  String machine() default "";

  /// Values of its params and choices, each as `P=V`. Default: the preset ones.
  String[] set() default {};
}
