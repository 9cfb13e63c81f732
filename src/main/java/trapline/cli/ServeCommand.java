package trapline.cli;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.serve.Limits;
import trapline.serve.LocalSite;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    header = "Opens a page on this computer: a description, and its verdict as one types.",
    description = {
      "",
      "Begins with the machines that come with Trapline, or with the FILEs; nothing is written to them."
          + " A text imports only what comes with Trapline, or what lies in its FILE's folder. The page is"
          + " for browsers on this computer only, and needs no network.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline serve",
      "  trapline serve --port 8080 isa-specs/pdp-10.isa",
      "",
      "Ctrl-C ends it.",
      "",
      "Exit codes: 0 ended, 2 usage, 70 internal error."
    })
final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Engine engine = new Engine();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8642",
      description = "The port to listen at; 0 is any that is free. Default: ${DEFAULT-VALUE}.")
  int port = 8642;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Longest time for one text; what is known by then is shown. Default: ${DEFAULT-VALUE}.")
  int limit = 60;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "Descriptions to begin with.")
  List<Path> files = new ArrayList<>();

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw Mistake.usage("--limit must be at least 1 second, not " + limit);
    }
    if (port < 0 || port > 65_535) {
      throw Mistake.usage("--port must be in 0..65535, not " + port);
    }
    files.forEach(file -> Descriptions.mustBeReadable(file, ".isa"));
    try (LocalSite site =
        new LocalSite(
            port,
            files,
            engine.options(terminal, Set.of()),
            Limits.within(Duration.ofSeconds(limit)),
            Trapline.Version.TEXT)) {
      terminal.println(site.address());
      terminal.flush();
      site.warmUp();
      new CountDownLatch(1).await();
    } catch (BindException taken) {
      throw Mistake.usage("--port " + port + ": another program listens there; choose another");
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return Exit.OK.code;
  }
}
