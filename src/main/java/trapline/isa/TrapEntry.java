package trapline.isa;

import java.util.List;
import trapline.diag.Span;

/// The trap sequence. The first parameter takes the code of the cause, the others its arguments in
/// order; parameters left over are zero. All are already of the parameter's width: the front end
/// checks that the arguments of every cause fit.
public record TrapEntry(String name, List<Local> parameters, Statement.Block body, Span span) {
  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
