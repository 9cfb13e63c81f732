package trapline.isa;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Span;

/// A translation: `V[a]` reaches `memory[index]`, where the body returns the index, or traps.
///
/// `access` is the parameter that says why storage is reached, with the value of each [Access];
/// absent when the description does not care. `devices` are the cells of the memory that are no
/// storage, the same for each of its spaces.
public record Space(
    String name,
    Memory memory,
    Local address,
    Optional<Local> access,
    Map<Access, Bits> accessValues,
    Statement.Block body,
    List<DeviceCell> devices,
    Span span) {

  /// One that reaches storage only.
  public Space(
      String name,
      Memory memory,
      Local address,
      Optional<Local> access,
      Map<Access, Bits> accessValues,
      Statement.Block body,
      Span span) {
    this(name, memory, address, access, accessValues, body, List.of(), span);
  }

  /// The accesses that it may tell apart; one stands for all when it does not care.
  public List<Access> accesses() {
    return access.isPresent()
        ? List.of(Access.LOAD, Access.STORE, Access.FETCH)
        : List.of(Access.LOAD);
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
