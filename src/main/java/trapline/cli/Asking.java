package trapline.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import trapline.Analyzer;
import trapline.Options;
import trapline.isa.Machine;
import trapline.report.Provenance;
import trapline.report.Record;
import trapline.theorem.Analysis;

/// Asks about one family of machines after the other, and ends early, with what is known by then,
/// when the user interrupts it: the next are not begun.
final class Asking {
  private final Terminal terminal;
  private final Options options;
  private final List<String> words;
  private final Map<String, List<JsonObject>> skipped = new LinkedHashMap<>();
  private boolean isInterrupted;

  Asking(Terminal terminal, Engine engine) {
    this.terminal = terminal;
    this.options = engine.options(terminal, Set.of());
    this.words = engine.words();
  }

  /// Asks nothing about the machines of these names.
  Asking skipping(List<String> names) {
    names.forEach(name -> skipped.put(name, List.of()));
    return this;
  }

  /// The records of machines that nothing was asked about.
  List<JsonObject> skipped() {
    return skipped.values().stream().flatMap(List::stream).toList();
  }

  /// A machine that was to be skipped, and is not there.
  Optional<String> neverMet() {
    return skipped.entrySet().stream()
        .filter(e -> e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  boolean isInterrupted() {
    return isInterrupted;
  }

  List<JsonObject> about(Descriptions.Family family) {
    if (skipped.containsKey(family.name())) {
      skipped.put(
          family.name(),
          Record.of(
              analyses(family, machine -> Analyzer.unanswered(machine, options)),
              provenance(family)));
      return List.of();
    }
    List<Analysis> analyses = analyses(family, this::analysis);
    terminal.clearProgress();
    analyses.stream().filter(Analysis::isPartial).forEach(this::tell);
    return Record.of(analyses, provenance(family));
  }

  /// Whether what is expected holds, and everything is decided.
  static Exit exit(JsonObject record) {
    Exit exit = Exit.OK;
    for (JsonElement expectation : record.getAsJsonArray("expectations")) {
      exit =
          exit.or(
              switch (verdict(expectation.getAsJsonObject())) {
                case "refuted" -> Exit.REFUTED;
                case "undecided" -> Exit.UNDECIDED;
                default -> Exit.OK;
              });
    }
    for (JsonElement row : record.getAsJsonArray("instructions")) {
      for (var property : row.getAsJsonObject().getAsJsonObject("classes").entrySet()) {
        if (verdict(property.getValue().getAsJsonObject()).equals("undecided")) {
          exit = exit.or(Exit.UNDECIDED);
        }
      }
    }
    return exit;
  }

  private static String verdict(JsonObject json) {
    return json.get("verdict").getAsString();
  }

  private static List<Analysis> analyses(
      Descriptions.Family family, Function<Machine, Analysis> ask) {
    List<Analysis> analyses = new ArrayList<>();
    family.instances().forEach(machine -> analyses.add(ask.apply(machine)));
    return analyses;
  }

  private Provenance provenance(Descriptions.Family family) {
    List<String> command = new ArrayList<>(List.of("trapline", "check"));
    command.addAll(family.words());
    command.addAll(words);
    return new Provenance(
        Trapline.Version.TEXT, command.stream().map(Sentences::quoted).toList(), family.sources());
  }

  private Analysis analysis(Machine machine) {
    if (isInterrupted) {
      return Analyzer.unanswered(machine, options);
    }
    Thread here = Thread.currentThread();
    try (Terminal.Attention attention = terminal.whenInterrupted(here::interrupt)) {
      Analysis analysis =
          Analyzer.analyze(machine, options, Engine.progress(terminal, machine.name()));
      isInterrupted |= analysis.isPartial();
      return analysis;
    }
  }

  private void tell(Analysis analysis) {
    int rows = analysis.rows().size();
    terminal.tell(
        analysis.machine().name()
            + ": interrupted: "
            + (rows - analysis.effort().unanswered())
            + " of "
            + rows
            + " rows; what depends on the others is undecided");
  }
}
