package trapline.serve;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.edit.Desk;
import trapline.edit.Document;

/// One page in one browser: the text it shows, the check that runs for it, and the last verdict.
final class Session {
  private final Library library;
  private String name = "";
  private Desk desk;
  private @Nullable Check running;
  private List<JsonObject> records = List.of();

  Session(Library library) {
    this.library = library;
    this.desk = library.desk("");
  }

  /// The page now has this text; the check before it is of no interest any more.
  synchronized void begin(Check check, String file) {
    if (running != null) {
      running.cancel();
    }
    running = check;
    if (!file.equals(name)) {
      name = file;
      desk = library.desk(file);
    }
    records = List.of();
  }

  synchronized void end(Check check, List<JsonObject> found) {
    if (running == check) {
      running = null;
      records = found;
    }
  }

  /// The last verdict, if nothing has been typed since.
  synchronized List<JsonObject> records() {
    return records;
  }

  /// Puts a text on the desk, and understands it.
  Optional<Document> understand(String file, String text) {
    Desk on;
    Path path;
    synchronized (this) {
      on = desk;
      path = library.path(file);
    }
    on.put(path, text);
    return on.check(path);
  }

  /// A text as it stands, with what the last check has found out.
  synchronized Optional<Document> document(String file, String text) {
    Path path = library.path(file);
    if (!file.equals(name)) {
      return Optional.empty();
    }
    desk.put(path, text);
    return desk.document(path);
  }
}
