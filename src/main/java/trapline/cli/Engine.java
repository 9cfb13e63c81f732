package trapline.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import trapline.Options;
import trapline.Progress;
import trapline.cache.AnswerCache;
import trapline.classify.Definitions;
import trapline.smt.SolverChoice;

/// How answers are sought: the options of every command that analyses.
final class Engine {
  @Option(
      names = "--definitions",
      paramLabel = "WHICH",
      defaultValue = "standard",
      description =
          "Reading of 'privileged': standard (default), or literal, where an instruction that may"
              + " fault in supervisor mode is not privileged.")
  Definitions definitions = Definitions.STANDARD;

  @Option(
      names = "--solver",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "The solver: ${COMPLETION-CANDIDATES}. Default: auto, which asks bitwuzla where the system"
              + " has it, and z3 what takes that long.")
  SolverChoice solver = SolverChoice.AUTO;

  @Option(
      names = "--cross-check",
      description = "Asks a second solver every question; a disagreement is a contradiction.")
  boolean crossCheck;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Rows worked on at once. Default: one per processor.")
  int jobs;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Longest time for one question; then the answer is undecided. Default: 30.")
  int timeout;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where answers are kept, so that only rows that have changed are asked about again."
              + " Default: trapline in $XDG_CACHE_HOME or ~/.cache.")
  @Nullable Path cache;

  @Option(names = "--no-cache", description = "Keeps no answers and uses none that were kept.")
  boolean noCache;

  /// The options that an answer may depend on, as one would type them. A timeout is none: with it
  /// the answer depends on the computer, or not at all.
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (definitions != Definitions.STANDARD) {
      words.addAll(List.of("--definitions", definitions.word()));
    }
    if (solver != SolverChoice.AUTO) {
      words.addAll(List.of("--solver", solver.name().toLowerCase(Locale.ROOT)));
    }
    if (crossCheck) {
      words.add("--cross-check");
    }
    return words;
  }

  /// For all rows, or for those named.
  Options options(Terminal terminal, Set<String> rows) {
    if (timeout < 1) {
      throw Mistake.usage("--timeout must be at least 1 second, not " + timeout);
    }
    if (jobs < 0) {
      throw Mistake.usage("--jobs must be at least 1, not " + jobs);
    }
    int threads = jobs == 0 ? Runtime.getRuntime().availableProcessors() : jobs;
    SolverChoice choice = crossCheck ? SolverChoice.BOTH : solver;
    if (!choice.isAvailable()) {
      throw Mistake.usage(
          (crossCheck ? "--cross-check needs bitwuzla, which" : "--solver " + choice + ":")
              + " is not available on this system; choose z3");
    }
    return new Options(
        definitions, choice, threads, Duration.ofSeconds(timeout), rows, cache(terminal));
  }

  private Optional<AnswerCache> cache(Terminal terminal) {
    if (noCache) {
      return Optional.empty();
    }
    return Optional.ofNullable(cache)
        .or(() -> terminal.cacheFolder())
        .flatMap(folder -> AnswerCache.in(folder, AnswerCache.CAPACITY));
  }

  /// A line that says how far the analysis is, and how long the rest may take; only on a terminal,
  /// and not too often.
  static Progress progress(Terminal terminal, String machine) {
    return new Progress() {
      private long begun = Terminal.milliseconds();
      private long last = begun;

      @Override
      public void premises() {
        terminal.progress(machine + ": the machine as a whole, before its rows");
      }

      @Override
      public void rows() {
        begun = Terminal.milliseconds();
      }

      @Override
      public void classified(Step step) {
        long now = Terminal.milliseconds();
        if (now - last >= 100) {
          last = now;
          terminal.progress(
              machine
                  + ": "
                  + step.done()
                  + " of "
                  + step.total()
                  + " rows"
                  + remaining(now - begun, step)
                  + ", "
                  + step.row());
        }
      }
    };
  }

  /// Time so far per weight answered, times the weight that is left. Nothing in the first seconds:
  /// it would be a guess.
  static String remaining(long milliseconds, Progress.Step step) {
    if (milliseconds < 2_000 || step.asked() == 0 || step.left() == 0) {
      return "";
    }
    double seconds = Math.ceil(milliseconds / 1000.0 * step.left() / step.asked());
    long minutes = Math.round(seconds / 60);
    return seconds < 90
        ? ", about " + (long) seconds + " s left"
        : minutes < 90
            ? ", about " + minutes + " min left"
            : ", about " + Math.round(minutes / 60.0) + " h left";
  }
}
