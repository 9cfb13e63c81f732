package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import trapline.diag.SourceFile;

/// How a record came to be, and could again: the version of this program, the command, and the
/// texts that the machine was described in.
///
/// No time and no place: the same texts give the same bytes on another day and computer.
public record Provenance(String version, List<String> command, List<SourceFile> sources) {
  /// Of a machine that no command was given for.
  public static final Provenance NONE = new Provenance("", List.of(), List.of());

  void write(JsonObject json) {
    json.addProperty("trapline", version);
    json.add("command", RunRecord.strings(command));
    JsonArray all = new JsonArray();
    for (SourceFile source : sources) {
      JsonObject entry = new JsonObject();
      entry.addProperty("file", source.name());
      entry.addProperty("sha256", sha256(source.text()));
      all.add(entry);
    }
    json.add("sources", all);
  }

  /// Of the bytes of the file, which are UTF-8.
  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
