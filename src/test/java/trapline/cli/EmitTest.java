package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trapline vmm FILE --emit DIR`.
final class EmitTest {
  @TempDir Path folder = Path.of("");

  private Session emit(String... more) {
    Stream<String> line =
        Stream.of(
            "vmm",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=256",
            "--emit",
            folder.toString(),
            "--cache",
            folder.resolve("cache").toString());
    return Session.of(Stream.concat(line, Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void writesAPackageSaysWhatAndReplacesOnlyItsOwn() throws Exception {
    Session first = emit();
    assertEquals(0, first.code(), first::toString);
    Path monitor = folder.resolve("thirdgen/Monitor.java");
    assertTrue(first.out().contains("wrote " + monitor), first::toString);
    assertTrue(first.out().contains("Sound: "), first::toString);
    String text = Files.readString(monitor);

    Session again = emit("--hybrid");
    assertEquals(0, again.code(), again::toString);
    assertTrue(Files.readString(monitor).contains("A hybrid monitor"));

    Files.writeString(folder.resolve("thirdgen/Cause.java"), "package mine;\n");
    Session refused = emit();
    assertEquals(2, refused.code(), refused::toString);
    assertTrue(refused.err().contains("Cause.java"), refused::toString);
    assertTrue(Files.readString(monitor).contains("A hybrid monitor"), "nothing was written");

    Files.delete(folder.resolve("thirdgen/Cause.java"));
    assertEquals(0, emit().code());
    assertEquals(text, Files.readString(monitor));
    try (Stream<Path> files = Files.list(folder.resolve("thirdgen"))) {
      assertEquals(
          List.of(
              "Cause.java",
              "Host.java",
              "Machine.java",
              "Monitor.java",
              "Registers.java",
              "Routines.java",
              "VirtualState.java",
              "Words.java"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void withoutAProgramOrAFolderThereIsNothingToDo() {
    Session session = Session.of("vmm", "isa-specs/third-generation.isa");
    assertEquals(2, session.code(), session::toString);
    assertTrue(session.err().contains("--guest"), session::toString);
  }
}
