package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher finds a Java by itself, or says what to install. The Java homes here are stand-ins
/// that print how they were called.
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private record Ran(int code, String output) {}

  @Test
  void javaHomeComesFirst(@TempDir Path folder) throws Exception {
    Path home = java(folder.resolve("a b/jdk"), "25.0.1");
    Ran ran = run(install(folder), folder, Map.of("JAVA_HOME", home.toString()), "check", "x y");
    assertEquals(0, ran.code(), ran.output());
    assertTrue(ran.output().contains("[trapline.cli.Trapline][check][x y]"), ran.output());
    assertTrue(ran.output().contains("[--enable-native-access=ALL-UNNAMED]"), ran.output());
  }

  @Test
  void serversAreCompiledOnce(@TempDir Path folder) throws Exception {
    Path home = java(folder.resolve("jdk"), "25");
    Path launcher = install(folder);
    for (String command : List.of("serve", "lsp", "check")) {
      Ran ran = run(launcher, folder, Map.of("JAVA_HOME", home.toString()), command);
      assertEquals(0, ran.code(), ran.output());
      assertEquals(
          !command.equals("check"),
          ran.output().contains("[-XX:TieredStopAtLevel=1]"),
          ran.output());
    }
  }

  @Test
  void anOldJavaHomeIsPassedOver(@TempDir Path folder) throws Exception {
    Path old = java(folder.resolve("old"), "17.0.15");
    Path young = java(folder.resolve("young"), "26-ea");
    Ran ran =
        run(
            install(folder),
            folder,
            Map.of("JAVA_HOME", old.toString(), "TRAPLINE_JDKS", young.toString()));
    assertEquals(0, ran.code(), ran.output());
    assertTrue(ran.output().contains("young"), ran.output());
  }

  @Test
  void withoutAJavaItSaysWhatToInstall(@TempDir Path folder) throws Exception {
    Ran ran = run(install(folder), folder, Map.of("TRAPLINE_JDKS", ""));
    assertEquals(2, ran.code());
    assertTrue(ran.output().contains("no Java 25 or newer found"), ran.output());
    assertTrue(ran.output().contains("install a JDK 25"), ran.output());
  }

  @Test
  void itRunsThroughALinkFromAnyFolder(@TempDir Path folder) throws Exception {
    Path home = java(folder.resolve("jdk"), "25");
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, install(folder));
    Ran ran = run(link, Path.of("/"), Map.of("JAVA_HOME", home.toString()), "--version");
    assertEquals(0, ran.code(), ran.output());
    assertTrue(ran.output().contains("trapline.jar][trapline.cli.Trapline]"), ran.output());
  }

  /// A copy of the launcher beside an empty jar.
  private static Path install(Path folder) throws IOException {
    Path target = Files.createDirectories(folder.resolve("target"));
    Files.writeString(target.resolve("trapline.jar"), "");
    Path launcher = target.resolve("trapline");
    Files.copy(Path.of("src/main/launcher/trapline"), launcher);
    assertTrue(launcher.toFile().setExecutable(true));
    return launcher;
  }

  private static Path java(Path home, String version) throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path program = bin.resolve("java");
    Files.writeString(
        program, "#!/bin/sh\nprintf '%s' \"$0 \"\nfor a; do printf '[%s]' \"$a\"; done\n");
    assertTrue(program.toFile().setExecutable(true));
    return home;
  }

  /// With a PATH that holds the tools of the system, but no Java.
  private static Ran run(
      Path launcher, Path folder, Map<String, String> environment, String... arguments)
      throws Exception {
    Path tools = Files.createTempDirectory("trapline-tools");
    for (String tool : new String[] {"sh", "readlink", "dirname", "sed", "head"}) {
      for (String bin : new String[] {"/bin", "/usr/bin"}) {
        Path found = Path.of(bin, tool);
        if (Files.exists(found) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), found);
        }
      }
    }
    List<String> command = new java.util.ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Ran(process.exitValue(), output);
  }
}
