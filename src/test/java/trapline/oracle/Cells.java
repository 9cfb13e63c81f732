package trapline.oracle;

import java.util.ArrayList;
import java.util.List;
import trapline.isa.Port;

/// One concrete state: a value per slot of a [Layout], and what the running instruction has done to
/// the processor and the devices so far.
final class Cells {
  /// A write to an output port.
  record Output(Port port, long value) {}

  final long[] values;
  boolean halted;

  /// Whether it has reached storage by physical address, not counting what translation does.
  boolean touched;

  /// Whether it has stored by physical address.
  boolean stored;

  List<Output> outputs = List.of();
  List<Port> consumed = List.of();

  Cells(long[] values) {
    this.values = values;
  }

  Cells copy() {
    Cells copy = new Cells(values.clone());
    copy.halted = halted;
    copy.touched = touched;
    copy.stored = stored;
    copy.outputs = outputs;
    copy.consumed = consumed;
    return copy;
  }

  void output(Port port, long value) {
    var more = new ArrayList<>(outputs);
    more.add(new Output(port, value));
    outputs = more;
  }

  /// Takes what the port holds; then it holds nothing, which reads as zero.
  long consume(Port port, int slot) {
    var more = new ArrayList<>(consumed);
    more.add(port);
    consumed = more;
    long value = values[slot];
    values[slot] = 0;
    return value;
  }
}
