package trapline.classify;

import java.util.Optional;

/// The answer to a [Question].
sealed interface Existence {
  record Found(Optional<Witness> witness) implements Existence {}

  record Absent(Finding.Grounds grounds) implements Existence {}

  record Unclear(String why) implements Existence {}

  default Finding finding() {
    return switch (this) {
      case Found(var witness) -> new Finding.Holds(witness);
      case Absent(var grounds) -> Finding.fails(grounds);
      case Unclear(var why) -> new Finding.Undecided(why);
    };
  }
}
