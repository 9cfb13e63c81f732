package trapline.edit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import trapline.isa.Cause;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.Theorem;
import trapline.lang.Continuation;
import trapline.lang.Glossary;

/// What may be written at a place: the keywords that the grammar allows there, and the names that mean
/// something there.
///
///     after `.`                 the parts of what stands before it
///     after `role`, `trap`, …   what that keyword takes
///     else, where a name may stand: what is declared in this item before the place, or by the machine
public final class Completion {
  /// `noun` is the glossary's, or `keyword`.
  public record Proposal(String text, String noun, String detail) {}

  private static final Pattern BOUND = Pattern.compile("\\b(?:let|var|any|for)\\s+([A-Za-z]\\w*)");

  /// What only certain keywords take, and no expression mentions.
  private static final Set<String> APART =
      Set.of(
          "trap",
          "trap sequence",
          "assumption",
          "definition",
          "mode",
          Glossary.INSTRUCTION,
          "guard");

  /// Keywords that take a name of a certain sort, which may be any word.
  private static final Set<String> TAKEN_BY =
      Set.of(
          "trap", "via", "under", "deprivilege", "to", "extends", "with", "requires", "overrides");

  private final Document document;
  private final Map<String, Proposal> proposals = new LinkedHashMap<>();

  private Completion(Document document) {
    this.document = document;
  }

  public static List<Proposal> at(Document document, int offset) {
    return new Completion(document).propose(offset);
  }

  private List<Proposal> propose(int offset) {
    String text = document.file().text();
    Continuation next = Continuation.at(text, Math.clamp(offset, 0, text.length()));
    String before = text.substring(next.item(), next.word()).stripTrailing();
    String word = last(before);
    if (before.endsWith(".") && !before.endsWith("..")) {
      parts(last(before.substring(0, before.length() - 1)));
    } else if (word.equals("role")) {
      words("role", Arrays.stream(Role.values()).map(Role::word));
    } else if (text.startsWith("expect", next.item()) && isClaim(before)) {
      words(
          "claim",
          Stream.concat(
              Arrays.stream(Property.values()).map(Property::word),
              Arrays.stream(Theorem.values()).map(Theorem::word)));
    } else if (text.startsWith("traps", next.item()) && before.endsWith(":")) {
      words("kind of trap", Arrays.stream(Cause.Kind.values()).map(Cause.Kind::word));
    } else {
      if (next.takesName()) {
        names(next, offset, word);
      }
      if (!TAKEN_BY.contains(word)) {
        next.keywords().forEach(k -> propose(k, "keyword", ""));
      }
    }
    return List.copyOf(proposals.values());
  }

  private static boolean isClaim(String before) {
    return before.matches("(?s)expect[^:]*:([^:]*[,!])?");
  }

  private static String last(String text) {
    int end = text.length();
    int start = end;
    if (end > 0 && text.charAt(end - 1) == ']') {
      // `r[a].part`: the parts of an element are those of all.
      int open = text.lastIndexOf('[');
      return open < 0 ? "" : last(text.substring(0, open));
    }
    while (start > 0 && Document.isOfWord(text.charAt(start - 1))) {
      start--;
    }
    return text.substring(start, end);
  }

  private void parts(String of) {
    for (Glossary.Entry base : document.entries()) {
      if (!base.parts().isEmpty() && base.name().equals(of)) {
        document.entries().stream()
            .filter(e -> e.owner().equals(base.parts()))
            .forEach(this::propose);
      }
    }
  }

  private void names(Continuation next, int offset, String word) {
    Predicate<Glossary.Entry> fits =
        switch (word) {
          case "trap" -> e -> e.noun().equals("trap");
          case "via" -> e -> e.noun().equals("trap sequence");
          case "under" -> e -> e.noun().equals("assumption");
          case "deprivilege", "to" -> e -> e.noun().equals("mode") || e.noun().equals("enumerator");
          case "extends", "with" -> e -> e.noun().equals("definition");
          case "requires" -> e -> e.noun().equals("guard") || e.noun().equals("definition");
          case "expect", "instr", "overrides" -> e -> e.noun().equals(Glossary.INSTRUCTION);
          default ->
              e ->
                  !APART.contains(e.noun())
                      && (e.owner().isEmpty() || e.noun().equals("enumerator"));
        };
    Matcher bound = BOUND.matcher(document.file().text().substring(next.item(), next.word()));
    if (!APART.contains(word)) {
      while (bound.find()) {
        propose(bound.group(1), "value", "");
      }
    }
    document.entries(next.item(), offset).stream()
        .filter(Glossary.Entry::isLocal)
        .filter(fits)
        .forEach(this::propose);
    document.entries().stream().filter(e -> !e.isLocal()).filter(fits).forEach(this::propose);
  }

  private void words(String noun, Stream<String> words) {
    words.forEach(w -> propose(w, noun, ""));
  }

  private void propose(Glossary.Entry entry) {
    propose(entry.name(), entry.noun(), entry.type());
  }

  private void propose(String text, String noun, String detail) {
    proposals.putIfAbsent(text, new Proposal(text, noun, detail));
  }
}
