package trapline.classify;

import java.util.List;
import trapline.isa.Mode;
import trapline.isa.Property;

/// Decides whether the description of an instruction is *well defined*: does it index only what is there?
///
///     no S with M in modes in which the body reads or writes an element or cell that does not exist
///
/// Ours: a fault of the description, not of the machine. Proven, as the type checker asks no solver.
final class WellDefined {
  private WellDefined() {}

  static Finding decide(Inquiry inquiry, List<Mode> modes) {
    return inquiry
        .exists(
            new Inquiry.Question(
                Property.WELL_DEFINED,
                true,
                modes,
                Inquiry.Relation.alone(),
                true,
                runs -> runs.getFirst().faults()))
        .finding()
        .negate();
  }
}
