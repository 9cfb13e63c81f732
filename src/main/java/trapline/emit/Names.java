package trapline.emit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;

/// The Java names of the things of one scope, each as close to its own as may be: what Java does
/// not allow in a name becomes `_`, and a name that is taken gets a number behind it.
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Map<Object, String> given = new HashMap<>();

  Names(Set<String> reserved) {
    taken.addAll(reserved);
  }

  /// The name of `thing`, which is to be called `wish` or something like it.
  String of(Object thing, String wish) {
    return given.computeIfAbsent(thing, t -> fresh(wish));
  }

  /// A name that nothing has.
  String fresh(String wish) {
    String base = identifier(wish);
    String name = base;
    for (int i = 2; !taken.add(name); i++) {
      name = base + (Character.isDigit(base.charAt(base.length() - 1)) ? "_" : "") + i;
    }
    return name;
  }

  static String identifier(String wish) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < wish.length(); i++) {
      char c = wish.charAt(i);
      boolean isFine =
          c < 0x80
              && (i == 0 ? Character.isJavaIdentifierStart(c) : Character.isJavaIdentifierPart(c));
      name.append(isFine ? c : i == 0 ? "_" + (Character.isLetterOrDigit(c) ? c : "") : "_");
    }
    String result = name.toString();
    return result.isEmpty() || result.equals("_") || SourceVersion.isKeyword(result)
        ? result + "_"
        : result;
  }
}
