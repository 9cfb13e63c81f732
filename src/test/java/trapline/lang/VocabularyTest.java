package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Path GRAMMAR = Path.of("grammars/vscode/isa.tmLanguage.json");

  @Test
  void theColouringKnowsEveryKeywordOnceAndNoOther() throws IOException {
    List<String> coloured = new ArrayList<>();
    for (JsonElement element :
        JsonParser.parseString(Files.readString(GRAMMAR))
            .getAsJsonObject()
            .getAsJsonArray("patterns")) {
      JsonObject pattern = element.getAsJsonObject();
      if (pattern.has("match")) {
        Pattern.compile(pattern.get("match").getAsString());
        Matcher words =
            Pattern.compile("\\(\\?:([a-z|]+)\\)").matcher(pattern.get("match").getAsString());
        if (words.find()) {
          coloured.addAll(Arrays.asList(words.group(1).split("\\|")));
        }
      }
    }
    assertEquals(
        List.copyOf(new TreeSet<>(Vocabulary.keywords())), coloured.stream().sorted().toList());
  }

  @Test
  void softWordsAreNamesAndHardOnesAreNot() {
    assertTrue(Vocabulary.isName("mode"));
    assertTrue(Vocabulary.isName("timer"));
    for (String word : List.of("if", "reg", "machine", "", "2x", "a b", "_a", "a-b", "\"a\"")) {
      assertFalse(Vocabulary.isName(word), word);
    }
  }
}
