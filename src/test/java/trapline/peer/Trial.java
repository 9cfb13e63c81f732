package trapline.peer;

import java.util.Map;

/// A situation and what became of it. As text: `before > after`, the storage of `after` where it
/// differs.
record Trial(Situation before, Situation after) {
  String text() {
    return before.text(Map.of()) + " > " + after.text(before.storage());
  }

  static Trial parse(String line) {
    int arrow = line.indexOf(" > ");
    Situation before = Situation.parse(line.substring(0, arrow), Map.of());
    return new Trial(before, Situation.parse(line.substring(arrow + 3), before.storage()));
  }
}
