package trapline.cli;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.eclipse.lsp4j.launch.LSPLauncher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import trapline.lsp.LanguageService;

@Command(
    name = "lsp",
    mixinStandardHelpOptions = true,
    header = "Answers an editor over the Language Server Protocol, on standard input and output.",
    description = {
      "",
      "For editors, which start it themselves: diagnostics as one types, definitions and references,"
          + " notes with the classes of an instruction, renaming, completion, formatting and outline."
          + " The page `editors` of the manual says how.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline lsp",
      "  trapline lsp --jobs 1",
      "",
      "Exit codes: 0 as the editor asked, 2 usage, 70 internal error."
    })
final class LspCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Engine engine = new Engine();

  LspCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    var service = new LanguageService(Trapline.Version.TEXT, engine.options(terminal, Set.of()));
    var launcher = LSPLauncher.createServerLauncher(service, terminal.input(), terminal.output());
    service.connect(launcher.getRemoteProxy());
    // It ends when the editor says so, or is gone.
    CompletableFuture.anyOf(service.exited(), listened(launcher.startListening())).get();
    service.shutdown();
    return Exit.OK.code;
  }

  private static CompletableFuture<Void> listened(Future<Void> listening) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            listening.get();
          } catch (InterruptedException | ExecutionException gone) {
            // As gone as one that closed its streams.
          }
        },
        task -> Thread.ofVirtual().start(task));
  }
}
