package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line where no machine is needed: help, slips of the pen, pipes, and our own errors.
final class CommandLineTest {
  private static final List<String> COMMANDS =
      List.of(
          "check",
          "witness",
          "replay",
          "explain",
          "run",
          "vmm",
          "validate",
          "asm",
          "disasm",
          "test",
          "fmt",
          "lsp",
          "serve",
          "generate-completion",
          "help");

  @Test
  void everyCommandTeaches() {
    for (String command : COMMANDS) {
      if (command.equals("help") || command.equals("generate-completion")) {
        continue;
      }
      Session help = Session.of(command, "--help");
      assertEquals(0, help.code(), command);
      assertTrue(help.out().contains("Usage: trapline " + command), command);
      assertTrue(help.out().contains("Examples:"), command + " has examples");
      assertTrue(help.out().contains("Exit codes:"), command + " tells its exit codes");
      assertTrue(help.out().lines().allMatch(l -> l.length() <= 80), command + " fits 80 columns");
    }
  }

  @Test
  void theTopLevelNamesEveryCommand() {
    Session help = Session.of("--help");
    COMMANDS.forEach(c -> assertTrue(help.out().contains("\n  " + c + " "), c));
  }

  @Test
  void withoutArgumentsItSaysWhatIsMissing() {
    Session session = Session.of();
    assertEquals(2, session.code());
    assertTrue(session.err().contains("trapline --help"), session.err());
  }

  @Test
  void aMisspelledCommandIsGuessed() {
    Session session = Session.of("chekc", "x.isa");
    assertEquals(2, session.code());
    assertTrue(session.err().contains("trapline check"), session.err());
  }

  @Test
  void aMisspelledOptionIsGuessed() {
    Session session = Session.of("check", "--formt", "json", "x.isa");
    assertEquals(2, session.code());
    assertTrue(session.err().contains("--format"), session.err());
  }

  @Test
  void aMissingFileIsNamedAndGuessed(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("machine.isa"), "");
    Session session = Session.of("check", folder.resolve("machin.isa").toString());
    assertEquals(2, session.code());
    assertTrue(session.err().contains("did you mean"), session.err());
    assertTrue(session.err().contains("machine.isa"), session.err());
  }

  @Test
  void aFolderIsNoFile(@TempDir Path folder) {
    Session session = Session.of("check", folder.toString());
    assertEquals(2, session.code());
    assertTrue(session.err().contains("is a folder"), session.err());
  }

  @Test
  void coloursAreOnlyForTerminals() {
    assertFalse(Session.of("explain", "vmm").out().contains("\u001b["));
    assertTrue(Session.of("explain", "vmm", "--color=always").out().contains("\u001b["));
    assertTrue(Session.onTerminal(Map.of(), "explain", "vmm").out().contains("\u001b["));
    assertFalse(
        Session.onTerminal(Map.of("NO_COLOR", "1"), "explain", "vmm").out().contains("\u001b["));
    assertFalse(
        Session.onTerminal(Map.of(), "explain", "vmm", "--color=never").out().contains("\u001b["));
  }

  @Test
  void explainListsAndGuesses() {
    Session all = Session.of("explain");
    assertEquals(0, all.code());
    assertTrue(all.out().contains("control_sensitive"), all.out());
    Session slip = Session.of("explain", "contol-sensitive");
    assertEquals(2, slip.code());
    assertTrue(slip.err().contains("did you mean 'control_sensitive'"), slip.err());
    assertEquals(0, Session.of("explain", "control-sensitive").code());
  }

  @Test
  void theCompletionNamesEveryCommand() {
    Session session = Session.of("generate-completion");
    assertEquals(0, session.code());
    COMMANDS.forEach(c -> assertTrue(session.out().contains(c), c));
  }

  @Test
  void aClosedPipeIsNoError() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var terminal = new Terminal(closed, OutputStream.nullOutputStream(), false, false, Map.of());
    assertThrows(Terminal.BrokenPipe.class, () -> Trapline.run(terminal, "explain", "vmm"));
  }

  @Test
  void anErrorOfTheVirtualMachineIsNoAnswer() throws IOException {
    OutputStream deep =
        new OutputStream() {
          private boolean isBroken;

          @Override
          public void write(int b) {
            if (!isBroken) {
              isBroken = true;
              throw new StackOverflowError();
            }
          }
        };
    var err = new ByteArrayOutputStream();
    var terminal = new Terminal(deep, err, false, false, Map.of());
    assertEquals(Exit.INTERNAL.code, Trapline.run(terminal, "explain", "vmm"));
    String told = err.toString(StandardCharsets.UTF_8);
    Files.delete(Path.of(told.substring(told.indexOf("file: ") + 6).strip()));
  }

  @Test
  void ourOwnErrorsGoToAFileAndNotToThePerson() throws IOException {
    var session = new Session.Recorder();
    Exit exit =
        Trapline.internal(session.terminal(), new IllegalStateException("boom"), List.of("check"));
    assertEquals(70, exit.code);
    String told = session.err();
    assertFalse(told.contains("\tat "), told);
    Path file = Path.of(told.substring(told.indexOf("file: ") + 6).strip());
    String report = Files.readString(file);
    Files.delete(file);
    assertTrue(report.contains("boom") && report.contains("[check]"), report);
  }
}
