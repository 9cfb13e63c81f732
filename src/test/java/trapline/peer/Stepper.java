package trapline.peer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What takes single steps of a machine.
interface Stepper {
  /// What becomes of each situation; empty where the machine stops instead.
  List<Optional<Cells>> step(List<Cells> situations) throws IOException;
}
