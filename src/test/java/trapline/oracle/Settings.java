package trapline.oracle;

import java.util.LinkedHashMap;
import java.util.Map;
import trapline.bits.Bits;
import trapline.classify.Region;
import trapline.isa.Field;
import trapline.isa.Register;

/// What a code of a state says of the fields that a region is about, by their names.
final class Settings {
  private Settings() {}

  static Map<String, Bits> values(Layout layout, Region region, int code) {
    Map<String, Bits> values = new LinkedHashMap<>();
    Cells cells = layout.unpack(code);
    for (Register register : layout.machine.registers()) {
      for (Field field : register.fields()) {
        String name =
            register.fields().size() == 1 ? register.name() : register.name() + "." + field.name();
        if (region.widths().containsKey(name)) {
          long whole = cells.values[layout.slot(register, 0)];
          values.put(
              name, Bits.of(field.width(), whole >>> field.low() & Layout.mask(field.width())));
        }
      }
    }
    if (!values.keySet().equals(region.widths().keySet())) {
      throw new IllegalStateException(values + " are not all of " + region.widths());
    }
    return values;
  }
}
