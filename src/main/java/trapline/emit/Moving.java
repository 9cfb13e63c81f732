package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Register;
import trapline.isa.Statement;

/// A field that the machine changes by itself: that `after` may write.
record Moving(Register register, Field field) {
  static Set<Moving> of(Machine machine) {
    List<Statement.Block> blocks = new ArrayList<>(List.of(machine.after()));
    Unspecified.calledBy(blocks).forEach(f -> blocks.add(f.body()));
    Set<Moving> moving = new LinkedHashSet<>();
    for (Statement.Block block : blocks) {
      Walk.statements(
          block,
          s -> {
            if (s instanceof Statement.RegisterWrite write) {
              Change.of(write)
                  .fields(write)
                  .forEach(f -> moving.add(new Moving(write.register(), f)));
            }
          });
    }
    return moving;
  }
}
