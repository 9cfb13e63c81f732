package trapline.peer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import trapline.isa.Machine;
import trapline.lang.Loader;

/// The machine of isa-specs/pdp-10.isa.
final class Pdp10 {
  private Pdp10() {}

  static Machine machine() {
    Path file = Path.of("isa-specs/pdp-10.isa");
    return switch (Loader.load(List.of(file), List.of())) {
      case Loader.Loaded.Machines(var machines, _) ->
          machines.getFirst().instances(Map.of()).machines().getFirst();
      case Loader.Loaded.Rejected(var diagnostics) ->
          throw new AssertionError(diagnostics.toString());
    };
  }
}
