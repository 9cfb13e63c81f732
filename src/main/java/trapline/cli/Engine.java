package trapline.cli;

import java.time.Duration;
import java.util.Set;
import picocli.CommandLine.Option;
import trapline.Options;
import trapline.Progress;
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
      defaultValue = "z3",
      description = "The solver: ${COMPLETION-CANDIDATES}. Default: z3.")
  SolverChoice solver = SolverChoice.Z3;

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

  /// For all rows, or for those named.
  Options options(Set<String> rows) {
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
    return new Options(definitions, choice, threads, Duration.ofSeconds(timeout), rows);
  }

  /// A line that says how far the analysis is; only on a terminal, and not too often.
  static Progress progress(Terminal terminal, String machine) {
    long[] last = {Terminal.milliseconds()};
    return (done, total, row) -> {
      long now = Terminal.milliseconds();
      if (now - last[0] >= 100) {
        last[0] = now;
        terminal.progress(machine + ": " + done + " of " + total + " rows, " + row);
      }
    };
  }
}
