package trapline.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import sun.misc.Signal;
import sun.misc.SignalHandler;
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

  private final OutputStream bytes;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final Map<String, String> environment;
  private Colour colour = Colour.AUTO;
  private final boolean ofProcess;
  private boolean progressShown;

  Terminal(
      OutputStream out,
      OutputStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      Map<String, String> environment) {
    this(out, err, outIsTerminal, errIsTerminal, environment, false);
  }

  private Terminal(
      OutputStream out,
      OutputStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      Map<String, String> environment,
      boolean ofProcess) {
    this.ofProcess = ofProcess;
    this.bytes = out;
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
        System.getenv(),
        true);
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

  /// Bytes that another program sends, and those that it gets.
  InputStream input() {
    return System.in;
  }

  OutputStream output() {
    return bytes;
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

  /// The user's folder for what can be made again; none without a home.
  Optional<Path> cacheFolder() {
    Optional<Path> base =
        folder("XDG_CACHE_HOME").or(() -> folder("HOME").map(home -> home.resolve(".cache")));
    return base.map(folder -> folder.resolve("trapline"));
  }

  private Optional<Path> folder(String variable) {
    try {
      return Optional.ofNullable(environment.get(variable)).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /// As long as it is open, an interruption by the user is not the end of the process.
  interface Attention extends AutoCloseable {
    @Override
    void close();
  }

  /// Runs `then` when the user interrupts (Ctrl-C) for the first time. The second ends the process.
  Attention whenInterrupted(Runnable then) {
    if (!ofProcess) {
      return () -> {};
    }
    Signal interruption = new Signal("INT");
    SignalHandler before =
        Signal.handle(
            interruption,
            signal -> {
              Signal.handle(signal, SignalHandler.SIG_DFL);
              then.run();
            });
    return () -> Signal.handle(interruption, before);
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
