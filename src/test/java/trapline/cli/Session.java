package trapline.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// One command line as a person would type it, run in this process.
record Session(int code, String out, String err) {
  static Session of(String... arguments) {
    return run(false, Map.of(), arguments);
  }

  static Session onTerminal(Map<String, String> environment, String... arguments) {
    return run(true, environment, arguments);
  }

  private static Session run(boolean terminal, Map<String, String> env, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code = Trapline.run(new Terminal(out, err, terminal, terminal, env), arguments);
    return new Session(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// A terminal whose error stream can be read.
  static final class Recorder {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal =
        new Terminal(new ByteArrayOutputStream(), err, false, false, Map.of());

    Terminal terminal() {
      return terminal;
    }

    String err() {
      terminal.flush();
      return err.toString(StandardCharsets.UTF_8);
    }
  }
}
