package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.diag.Diagnostic;
import trapline.isa.Machine;

/// From definitions to machines: what a machine inherits, then one instance per combination of parameters.
///
///     Inheritance -> Settings -> Assembly, once per combination
///
/// Guaranteed: machines only if there is no error; every machine resolved, typed, its encodings
/// disjoint. What is wrong in every instance is said once; what is wrong in some says in which.
public final class Elaborator {
  private Elaborator() {}

  /// `machines` is empty if and only if some diagnostic is an error. The preset values come first.
  public record Elaboration(
      List<Machine> machines, List<Diagnostic> diagnostics, Glossary glossary) {}

  /// Gives up where the thread is interrupted.
  ///
  /// `definitions` are all machines and extensions in sight, by name; `setting` narrows parameters.
  public static Elaboration elaborate(
      Map<String, Syntax.Definition> definitions,
      Syntax.Definition machine,
      Map<String, String> setting) {
    Problems general = Problems.collecting();
    Glossary glossary = new Glossary();
    Inheritance.Flat flat = Inheritance.flatten(definitions, machine, general, glossary);
    List<List<Settings.Value>> combinations = Settings.of(flat, machine, setting, general);
    if (general.hasErrors()) {
      return new Elaboration(List.of(), general.all(), glossary);
    }
    List<Machine> machines = new ArrayList<>();
    Map<Diagnostic, List<List<Settings.Value>>> found = new LinkedHashMap<>();
    for (List<Settings.Value> combination : combinations) {
      Assembly.Result result = Assembly.build(flat, machine, combination, glossary);
      result.machine().ifPresent(machines::add);
      for (Diagnostic d : result.problems().all()) {
        found.computeIfAbsent(d, _ -> new ArrayList<>()).add(combination);
      }
    }
    List<Diagnostic> diagnostics = new ArrayList<>(general.all());
    boolean hasErrors = false;
    for (Map.Entry<Diagnostic, List<List<Settings.Value>>> e : found.entrySet()) {
      hasErrors |= e.getKey().isError();
      boolean isEverywhere = e.getValue().size() == combinations.size();
      diagnostics.add(
          isEverywhere ? e.getKey() : e.getKey().note("with " + text(e.getValue().getFirst())));
    }
    if (hasErrors) {
      // Warnings wait: what is unused, for one, is not known before everything is understood.
      return new Elaboration(
          List.of(), diagnostics.stream().filter(Diagnostic::isError).toList(), glossary);
    }
    return new Elaboration(machines, diagnostics, glossary);
  }

  /// `Q = 256, umip = absent`
  private static String text(List<Settings.Value> combination) {
    return String.join(
        ", ", combination.stream().map(v -> v.name().text() + " = " + v.text()).toList());
  }
}
