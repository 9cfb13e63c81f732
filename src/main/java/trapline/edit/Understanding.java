package trapline.edit;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Elaborator;
import trapline.lang.Glossary;
import trapline.lang.Loader;
import trapline.lang.Shelf;
import trapline.lang.Syntax;

/// What the checker says of a text and of what it imports: all mistakes, what its names mean, and
/// the machines it describes, each in all its settings.
///
/// A text of extensions alone is understood by the machines that are made with them, which other
/// texts describe.
public record Understanding(
    List<Diagnostic> diagnostics, Glossary glossary, List<Family> families) {

  /// A machine in all its settings, and the texts that describe it.
  public record Family(String name, List<Machine> instances, List<SourceFile> sources) {}

  static final Understanding NONE = new Understanding(List.of(), new Glossary(), List.of());

  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(Diagnostic::isError);
  }

  /// Of the machines that `file` describes, or else of those made with its extensions that any of
  /// `others` describes.
  static Understanding of(Path file, Collection<Path> others, Shelf shelf) {
    return of(Loader.load(List.of(file), List.of(), shelf), file, others, shelf, false);
  }

  /// Of all machines, whichever text describes them, that have anything from `file`.
  static Understanding wide(Path file, Collection<Path> others, Shelf shelf) {
    return of(Loader.load(List.of(file), List.of(), shelf), file, others, shelf, true);
  }

  private static Understanding of(
      Loader.Loaded own, Path file, Collection<Path> others, Shelf shelf, boolean isWide) {
    if (own instanceof Loader.Loaded.Machines && !isWide) {
      return of(own, file, false);
    }
    List<Path> roots = new ArrayList<>(List.of(file));
    for (Path other : others) {
      if (!other.equals(file)
          && Loader.load(List.of(other), List.of(), shelf)
              instanceof Loader.Loaded.Machines(List<Loader.Described> machines, var _)
          && machines.stream().anyMatch(m -> isMadeOf(m, file))) {
        roots.add(other);
      }
    }
    return roots.size() == 1
        ? of(own, file, false)
        : of(Loader.load(roots, List.of(), shelf), file, true);
  }

  private static Understanding of(Loader.Loaded loaded, Path file, boolean isOfOthers) {
    return switch (loaded) {
      case Loader.Loaded.Rejected(var diagnostics) ->
          new Understanding(diagnostics, new Glossary(), List.of());
      case Loader.Loaded.Machines(var machines, var warnings) -> {
        Set<Diagnostic> diagnostics = new LinkedHashSet<>(warnings);
        Glossary glossary = new Glossary();
        List<Family> families = new ArrayList<>();
        for (Loader.Described machine : machines) {
          if (isOfOthers && !isMadeOf(machine, file)) {
            continue;
          }
          Elaborator.Elaboration elaboration = machine.instances(Map.of());
          diagnostics.addAll(elaboration.diagnostics());
          glossary.addAll(elaboration.glossary());
          families.add(new Family(machine.name(), elaboration.machines(), sources(machine)));
        }
        yield new Understanding(List.copyOf(diagnostics), glossary, families);
      }
    };
  }

  private static List<SourceFile> sources(Loader.Described machine) {
    return Stream.concat(
            Stream.of(machine.file()),
            machine.definitions().values().stream().map(d -> d.name().span().file()))
        .distinct()
        .toList();
  }

  /// Whether the machine, or what it inherits, is defined in the file.
  private static boolean isMadeOf(Loader.Described machine, Path file) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<Syntax.Definition> open = new ArrayDeque<>(List.of(machine.definition()));
    while (!open.isEmpty()) {
      Syntax.Definition d = open.pop();
      if (d.name().span().file().name().equals(file.toString())) {
        return true;
      }
      if (seen.add(d.name().text())) {
        Stream.of(d.base().stream(), d.with().stream(), d.requires().stream())
            .flatMap(s -> s)
            .map(name -> machine.definitions().get(name.text()))
            .filter(java.util.Objects::nonNull)
            .forEach(open::push);
      }
    }
    return false;
  }
}
