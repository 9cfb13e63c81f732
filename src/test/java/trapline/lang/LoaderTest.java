package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.diag.Diagnostic;
import trapline.diag.Renderer;
import trapline.diag.SourceFile;
import trapline.lang.Loader.Loaded;

class LoaderTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> slugs(Loaded loaded) {
    return switch (loaded) {
      case Loaded.Machines(_, var warnings) -> warnings.stream().map(d -> d.code().slug()).toList();
      case Loaded.Rejected(var diagnostics) ->
          diagnostics.stream().map(d -> d.code().slug()).toList();
    };
  }

  private static List<String> machines(Loaded loaded) {
    return switch (loaded) {
      case Loaded.Machines(var machines, _) ->
          machines.stream().map(Loader.Described::name).toList();
      case Loaded.Rejected(var diagnostics) -> throw new AssertionError(diagnostics);
    };
  }

  private static List<Diagnostic> rejected(Loaded loaded) {
    return ((Loaded.Rejected) loaded).diagnostics();
  }

  @Test
  void machinesOfTheGivenFilesAreDescribedAndImportsAreOnlyInSight() throws IOException {
    file("core.isa", "machine Core { }\nextension Fast { }\n");
    file("left.isa", "import \"core.isa\";\nextension Left { }\n");
    Path top =
        file(
            "top.isa",
            "import \"core.isa\";\nimport \"left.isa\";\nmachine A { }\nmachine B { }\n");
    Loaded loaded = Loader.load(List.of(top), List.of());
    assertEquals(List.of("A", "B"), machines(loaded));
    assertEquals(
        List.of("Core", "Fast", "Left", "A", "B"),
        List.copyOf(((Loaded.Machines) loaded).machines().getFirst().definitions().keySet()));
  }

  @Test
  void aFileGivenTwiceOrGivenAndImportedIsReadOnce() throws IOException {
    Path core = file("core.isa", "machine Core { }\n");
    Path top = file("top.isa", "import \"core.isa\";\nmachine A { }\n");
    assertEquals(List.of("A", "Core"), machines(Loader.load(List.of(top, core, top), List.of())));
  }

  @Test
  void importsAreFoundInImportRoots() throws IOException {
    file("lib/core.isa", "machine Core { }\n");
    Path top = file("here/top.isa", "import \"core.isa\";\nmachine A { }\n");
    assertEquals(List.of("A"), machines(Loader.load(List.of(top), List.of(folder.resolve("lib")))));
    assertEquals(List.of("import-not-found"), slugs(Loader.load(List.of(top), List.of())));
  }

  @Test
  void importsMayLeadFromOneNamedFolderIntoAnother() throws IOException {
    file("lib/core.isa", "machine Core { }\n");
    Path top = file("here/top.isa", "import \"../lib/core.isa\";\nmachine A { }\n");
    assertEquals(List.of("import-outside"), slugs(Loader.load(List.of(top), List.of())));
    assertEquals(List.of("A"), machines(Loader.load(List.of(top), List.of(folder.resolve("lib")))));
  }

  @Test
  void aLinkThatLeadsOutIsRefused() throws IOException {
    Path secret = file("secret/core.isa", "machine Core { }\n");
    Path top = file("here/top.isa", "import \"link.isa\";\nmachine A { }\n");
    Files.createSymbolicLink(folder.resolve("here/link.isa"), secret);
    assertEquals(List.of("import-outside"), slugs(Loader.load(List.of(top), List.of())));
  }

  @Test
  void aLinkThatIsGivenIsReadAndItsFolderIsTheOneItIsIn() throws IOException {
    Path real = file("real/top.isa", "import \"core.isa\";\nmachine A { }\n");
    file("here/core.isa", "machine Core { }\n");
    Path link = Files.createSymbolicLink(folder.resolve("here/top.isa"), real);
    assertEquals(List.of("A"), machines(Loader.load(List.of(link), List.of())));
  }

  @Test
  void aMissingFileIsADiagnostic() {
    assertEquals(
        List.of("unreadable-file"),
        slugs(Loader.load(List.of(folder.resolve("absent.isa")), List.of())));
    assertEquals(List.of("unreadable-file"), slugs(Loader.load(List.of(folder), List.of())));
  }

  @Test
  void nothingIsAskedOfTheFileSystemOutside() throws IOException {
    Path top = file("here/top.isa", "import \"../absent.isa\";\nmachine A { }\n");
    assertEquals(List.of("import-outside"), slugs(Loader.load(List.of(top), List.of())));
  }

  @Test
  void oneTextHasNothingToImport() {
    var text = new SourceFile("text", "import \"a.isa\";\nmachine A { }\n");
    assertEquals(List.of("import-not-found"), slugs(Loader.loadText(text)));
    assertEquals(List.of("A"), machines(Loader.loadText(new SourceFile("text", "machine A { }"))));
  }

  @Test
  void aFileThatIsTooLargeIsRefused() throws IOException {
    Path huge = folder.resolve("huge.isa");
    Files.write(huge, new byte[Loader.LARGEST_FILE + 1]);
    golden("file-too-large", rejected(Loader.load(List.of(huge), List.of())));
  }

  @Test
  void tooManyFilesAreRefused() throws IOException {
    var imports = new StringBuilder();
    for (int i = 0; i < Loader.MOST_FILES + 10; i++) {
      file("part" + i + ".isa", "extension E" + i + " { }\n");
      imports.append("import \"part" + i + ".isa\";\n");
    }
    Path top = file("top.isa", imports + "machine A { }\n");
    golden("too-many-files", rejected(Loader.load(List.of(top), List.of())));
  }

  @Test
  void aLongChainOfImportsIsFollowed() throws IOException {
    for (int i = 0; i < 200; i++) {
      file("part" + i + ".isa", "import \"part" + (i + 1) + ".isa\";\n");
    }
    file("part200.isa", "extension Last { }\n");
    Path top = file("top.isa", "import \"part0.isa\";\nmachine A { }\n");
    assertEquals(List.of("A"), machines(Loader.load(List.of(top), List.of())));
  }

  /// The message, with the folder of this run left out.
  private void golden(String slug, List<Diagnostic> diagnostics) throws IOException {
    assertEquals(List.of(slug), diagnostics.stream().map(d -> d.code().slug()).toList());
    GoldenTest.compare(
        Path.of("src/test/resources/golden/reject", slug, "generated.isa"),
        new Renderer(false).render(diagnostics).replace(folder + "/", ""));
  }
}
