package trapline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import trapline.diag.Diagnostic;
import trapline.diag.Renderer;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Elaborator;
import trapline.lang.Loader;

/// Which machines a command is about: the options that choose them, and the loading.
final class Descriptions {
  @Option(
      names = {"-m", "--machine"},
      paramLabel = "NAME",
      description = "The machine of that name only. Default: all that the files describe.")
  @Nullable String machine;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "P=V",
      description = "Fixes a param or choice; may be given several times.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = {"-I", "--import-root"},
      paramLabel = "DIR",
      description = "A folder that imports may come from, besides the files' own.")
  List<Path> importRoots = new ArrayList<>();

  /// A machine, all its settings that were not excluded, the texts that describe it, and the words
  /// that choose it again: its file, and the options.
  record Family(
      String name, List<Machine> instances, List<SourceFile> sources, List<String> words) {}

  /// The options, as one would type them.
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (machine != null) {
      words.addAll(List.of("--machine", machine));
    }
    set.forEach((name, value) -> words.addAll(List.of("--set", name + "=" + value)));
    importRoots.forEach(root -> words.addAll(List.of("--import-root", root.toString())));
    return words;
  }

  /// Loads `files`; what is wrong with them goes to the person and ends the command.
  List<Family> load(Terminal terminal, List<Path> files) {
    files.forEach(file -> mustBeReadable(file, ".isa"));
    importRoots.forEach(root -> {
      if (!Files.isDirectory(root)) {
        throw Mistake.usage("--import-root " + root + " is no folder");
      }
    });
    return switch (Loader.load(files, importRoots)) {
      case Loader.Loaded.Rejected(var diagnostics) -> throw rejected(terminal, diagnostics);
      case Loader.Loaded.Machines(var machines, var warnings) -> {
        show(terminal, warnings);
        yield elaborate(terminal, choose(machines));
      }
    };
  }

  /// The one machine that a command works on, in its default setting.
  Machine loadOne(Terminal terminal, List<Path> files) {
    List<Family> families = load(terminal, files);
    if (families.size() > 1) {
      throw Mistake.usage(
          "several machines are described; choose one with --machine: "
              + String.join(", ", families.stream().map(Family::name).toList()));
    }
    Family family = families.getFirst();
    return family.instances().getFirst();
  }

  private List<Loader.Described> choose(List<Loader.Described> machines) {
    if (machine == null) {
      if (machines.isEmpty()) {
        throw new Mistake(Exit.REJECTED, "no machine is described (extensions only)");
      }
      return machines;
    }
    List<Loader.Described> chosen =
        machines.stream().filter(m -> m.name().equals(machine)).toList();
    if (chosen.isEmpty()) {
      List<String> names = machines.stream().map(Loader.Described::name).toList();
      throw Mistake.usage(
          "no machine '"
              + machine
              + "'"
              + Sentences.didYouMean(machine, names)
              + " (described: "
              + String.join(", ", names)
              + ")");
    }
    return chosen;
  }

  private List<Family> elaborate(Terminal terminal, List<Loader.Described> machines) {
    List<Family> families = new ArrayList<>();
    List<Diagnostic> diagnostics = new ArrayList<>();
    Map<SourceFile, Long> machinesOfFile =
        machines.stream()
            .collect(Collectors.groupingBy(Loader.Described::file, Collectors.counting()));
    for (Loader.Described described : machines) {
      var elaboration = Elaborator.elaborate(described.definitions(), described.definition(), set);
      elaboration.diagnostics().stream()
          .filter(d -> !diagnostics.contains(d))
          .forEach(diagnostics::add);
      List<SourceFile> sources =
          Stream.concat(
                  Stream.of(described.file()),
                  described.definitions().values().stream().map(d -> d.name().span().file()))
              .distinct()
              .toList();
      List<String> words = new ArrayList<>(List.of(described.file().name()));
      words.addAll(words());
      if (machine == null && machinesOfFile.getOrDefault(described.file(), 0L) > 1) {
        words.addAll(List.of("--machine", described.name()));
      }
      families.add(new Family(described.name(), elaboration.machines(), sources, words));
    }
    if (diagnostics.stream().anyMatch(Diagnostic::isError)) {
      throw rejected(terminal, diagnostics);
    }
    show(terminal, diagnostics);
    return families;
  }

  private static Mistake rejected(Terminal terminal, List<Diagnostic> diagnostics) {
    show(terminal, diagnostics);
    long errors = diagnostics.stream().filter(Diagnostic::isError).count();
    return new Mistake(
        Exit.REJECTED,
        errors == 1
            ? "the description has a mistake"
            : "the description has " + errors + " mistakes");
  }

  /// `ThirdGen (Q=256)`
  static String title(Machine instance) {
    List<String> pairs = new ArrayList<>();
    instance.setting().forEach((name, value) -> pairs.add(name + "=" + value));
    return instance.name() + (pairs.isEmpty() ? "" : " (" + String.join(", ", pairs) + ")");
  }

  static void show(Terminal terminal, List<Diagnostic> diagnostics) {
    Renderer renderer = new Renderer(terminal.colouredErrors());
    diagnostics.forEach(d -> renderer.render(d).lines().forEach(terminal::tell));
  }

  /// Ends the command with a helpful word if `file` is not a file.
  static void mustBeReadable(Path file, String ending) {
    if (Files.isDirectory(file)) {
      throw Mistake.usage(
          file
              + " is a folder; name a file"
              + candidates(file, ending).findFirst().map(f -> ", such as " + f).orElse(""));
    }
    if (!Files.exists(file)) {
      Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
      List<String> names = candidates(folder, ending).map(Path::toString).toList();
      throw Mistake.usage("no file " + file + Sentences.didYouMean(file.toString(), names));
    }
    if (!Files.isReadable(file)) {
      throw Mistake.usage("may not read " + file);
    }
  }

  private static Stream<Path> candidates(Path folder, String ending) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(f -> f.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
