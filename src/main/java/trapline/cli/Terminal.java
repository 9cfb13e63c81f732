package trapline.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import trapline.report.Ink;

/// Where a command prints, and what it may know of the world: the environment and two streams.
final class Terminal {
  /// The reader of our output has gone away; nothing is left to say.
  static final class BrokenPipe extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenPipe(IOException cause) {
      super(cause);
    }
  }

  /// When to colour.
  enum Colour {
    AUTO,
    ALWAYS,
    NEVER
  }

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final Map<String, String> environment;
  private Colour colour = Colour.AUTO;
  private boolean progressShown;

  Terminal(
      OutputStream out,
      OutputStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      Map<String, String> environment) {
    this.out = new PrintWriter(new Watched(out), false, StandardCharsets.UTF_8);
    this.err = new PrintWriter(err, true, StandardCharsets.UTF_8);
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.environment = environment;
  }

  /// The process's own. The launcher says which of its descriptors are terminals.
  static Terminal ofSystem() {
    String terminals = System.getProperty("trapline.terminals", "");
    return new Terminal(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        terminals.contains("1"),
        terminals.contains("2"),
        System.getenv());
  }

  void colour(Colour colour) {
    this.colour = colour;
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /// Prints `text` as it is.
  void print(String text) {
    out.print(text);
  }

  void println(String line) {
    out.print(line);
    out.print('\n');
  }

  /// For the person, not for the pipe.
  void tell(String line) {
    clearProgress();
    err.print(line);
    err.print('\n');
    err.flush();
  }

  void flush() {
    out.flush();
    err.flush();
  }

  Ink ink() {
    return isColoured(outIsTerminal) ? Ink.COLOURED : Ink.PLAIN;
  }

  boolean colouredErrors() {
    return isColoured(errIsTerminal);
  }

  private boolean isColoured(boolean isTerminal) {
    return switch (colour) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          isTerminal
              && environment.getOrDefault("NO_COLOR", "").isEmpty()
              && !environment.getOrDefault("TERM", "").equals("dumb");
    };
  }

  /// Replaces the progress line; only on a terminal.
  synchronized void progress(String text) {
    if (errIsTerminal) {
      String shown = text.length() > 78 ? text.substring(0, 77) + "…" : text;
      err.print("\r\u001b[K" + shown);
      err.flush();
      progressShown = true;
    }
  }

  synchronized void clearProgress() {
    if (progressShown) {
      err.print("\r\u001b[K");
      err.flush();
      progressShown = false;
    }
  }

  Path temporaryFolder() {
    return Path.of(System.getProperty("java.io.tmpdir", "."));
  }

  /// Milliseconds of some clock that only goes forward.
  static long milliseconds() {
    return System.nanoTime() / 1_000_000;
  }

  /// Turns a failing write into [BrokenPipe]; a `PrintWriter` would swallow it.
  private static final class Watched extends OutputStream {
    private final OutputStream stream;

    Watched(OutputStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      try {
        stream.write(b);
      } catch (IOException e) {
        throw new BrokenPipe(e);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        stream.write(bytes, offset, length);
      } catch (IOException e) {
        throw new BrokenPipe(e);
      }
    }

    @Override
    public void flush() {
      try {
        stream.flush();
      } catch (IOException e) {
        throw new BrokenPipe(e);
      }
    }
  }
}
