package trapline.validate;

import java.util.List;

/// One run, or many, that could have spoken against a verdict: what came of it.
public record Check(String what, Result result, String detail, List<String> report) {
  public enum Result {
    /// What was decided has been seen.
    SUPPORTED,
    /// The opposite has been seen: one of two engines is wrong.
    CONTRADICTED,
    /// Proved wrong before any run: the `vmm` block itself. Nothing is run under such a monitor.
    REFUTED,
    /// Nothing was decided that could be contradicted, or nothing could be run.
    OPEN;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Check supported(String what, String detail) {
    return new Check(what, Result.SUPPORTED, detail, List.of());
  }

  static Check open(String what, String detail, List<String> report) {
    return new Check(what, Result.OPEN, detail, report);
  }

  static Check contradicted(String what, String detail, List<String> report) {
    return new Check(what, Result.CONTRADICTED, detail, report);
  }
}
