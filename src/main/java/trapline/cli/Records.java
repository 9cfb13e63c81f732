package trapline.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import trapline.report.ReportPage;

/// The records of files: descriptions, which are asked about, or what `check --format json` has
/// written.
final class Records {
  private Records() {}

  static List<JsonObject> of(
      List<Path> files, Descriptions descriptions, Asking asking, Terminal terminal) {
    List<JsonObject> records = new ArrayList<>();
    List<Path> described = files.stream().filter(f -> !isSaved(f)).toList();
    if (!described.isEmpty()) {
      for (Descriptions.Family family : descriptions.load(terminal, described)) {
        records.addAll(asking.about(family));
      }
    }
    files.stream().filter(Records::isSaved).forEach(f -> records.addAll(saved(f)));
    return records;
  }

  private static boolean isSaved(Path file) {
    return file.toString().endsWith(".json");
  }

  private static List<JsonObject> saved(Path file) {
    Descriptions.mustBeReadable(file, ".json");
    List<JsonObject> records = new ArrayList<>();
    try {
      JsonElement json = JsonParser.parseString(Files.readString(file));
      if (json instanceof JsonArray array) {
        array.forEach(e -> records.add(e.getAsJsonObject()));
      } else {
        records.add(json.getAsJsonObject());
      }
      // A record is what can be told: there is no other reader of its schema here.
      records.forEach(ReportPage::of);
    } catch (MalformedInputException e) {
      throw Mistake.usage(file + " is not written in UTF-8");
    } catch (IOException e) {
      throw Mistake.usage("cannot read " + file + ": " + e.getMessage());
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | NullPointerException
        | ClassCastException
        | IndexOutOfBoundsException e) {
      throw Mistake.usage(
          file + " is not what this version's `trapline check --format json` writes");
    }
    return records;
  }
}
