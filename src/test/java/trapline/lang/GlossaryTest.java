package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.antlr.v4.runtime.Token;
import org.junit.jupiter.api.Test;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.Theorem;
import trapline.lang.grammar.IsaLexer;

class GlossaryTest {
  /// Words that are no keywords, and belong to the language all the same.
  private static final Set<String> BUILT_IN = new HashSet<>(Calls.BUILT_IN);

  static {
    BUILT_IN.addAll(
        Set.of(
            "virt",
            "region",
            "result",
            "base",
            "size",
            "location",
            "resource",
            "control",
            "apart"));
    Stream.of(
            Arrays.stream(Property.values()).map(Property::word),
            Arrays.stream(Theorem.values()).map(Theorem::word),
            Arrays.stream(Role.values()).map(Role::word),
            Arrays.stream(Access.values()).map(Access::word),
            Arrays.stream(Cause.Kind.values()).map(Cause.Kind::word))
        .flatMap(words -> words)
        .forEach(BUILT_IN::add);
  }

  @Test
  void everyNameInTheShippedMachinesMeansSomething() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("isa-specs"))) {
      files = all.filter(f -> f.toString().endsWith(".isa")).sorted().toList();
    }
    Map<String, Set<Integer>> known = new HashMap<>();
    Map<String, SourceFile> sources = new HashMap<>();
    for (Path file : files) {
      if (Loader.load(List.of(file), List.of())
          instanceof Loader.Loaded.Machines(var machines, _)) {
        for (var machine : machines) {
          Glossary glossary = machine.instances(Map.of()).glossary();
          Stream.concat(
                  glossary.entries().stream().map(Glossary.Entry::span),
                  glossary.mentions().keySet().stream())
              .forEach(s -> {
                known.computeIfAbsent(s.file().name(), _ -> new HashSet<>()).add(s.start());
                sources.put(s.file().name(), s.file());
              });
        }
      }
    }
    Set<String> unknown = new TreeSet<>();
    sources.forEach((name, file) -> {
      var offsets = new Offsets(file.text());
      for (Token token : Vocabulary.tokens(file.text())) {
        int start = offsets.unit(token.getStartIndex());
        if (token.getType() == IsaLexer.ID
            && !BUILT_IN.contains(token.getText())
            && !known.get(name).contains(start)) {
          unknown.add(new Span(file, start, start + 1).place() + " " + token.getText());
        }
      }
    });
    assertEquals(Set.of(), unknown);
  }
}
