package trapline.lsp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import trapline.Options;
import trapline.diag.SourceFile;

/// A person at an editor, as the server sees one: LSP4J's own client on the other end of a socket.
/// A [java.io.PipedInputStream] fails as soon as the thread that wrote to it last has ended, though
/// others have more to say, and a [java.nio.channels.Pipe] is closed by the interrupt that tells
/// the server's worker to stop.
final class Editor implements LanguageClient, AutoCloseable {
  /// Minutes: more than a slow computer that has much else to do needs.
  private static final int PATIENCE = 10;

  final LanguageServer server;
  private final LanguageService service;
  private final BlockingQueue<PublishDiagnosticsParams> published = new LinkedBlockingQueue<>();
  final List<String> logged = new ArrayList<>();
  private final List<Socket> ends;
  private int version;

  Editor() throws Exception {
    Socket atServer;
    Socket atClient;
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      atClient = new Socket(listening.getInetAddress(), listening.getLocalPort());
      atServer = listening.accept();
    }
    ends = List.of(atClient, atServer);
    service = new LanguageService("test", Options.defaults());
    serve(atServer);
    var launcher =
        LSPLauncher.createClientLauncher(
            this, atClient.getInputStream(), atClient.getOutputStream());
    launcher.startListening();
    server = launcher.getRemoteProxy();
    server.initialize(new InitializeParams()).get(PATIENCE, TimeUnit.MINUTES);
    server.initialized(new InitializedParams());
  }

  private void serve(Socket end) throws IOException {
    var launcher =
        LSPLauncher.createServerLauncher(service, end.getInputStream(), end.getOutputStream());
    service.connect(launcher.getRemoteProxy());
    launcher.startListening();
  }

  static String uri(Path file) {
    return file.toUri().toString();
  }

  void open(Path file, String text) {
    server
        .getTextDocumentService()
        .didOpen(
            new DidOpenTextDocumentParams(new TextDocumentItem(uri(file), "isa", ++version, text)));
  }

  /// Replaces a stretch of a text that the server has as `before`.
  void type(Path file, String before, int start, int end, String text) {
    var source = new SourceFile("", before);
    var range = new Range(Shapes.position(source, start), Shapes.position(source, end));
    change(file, new TextDocumentContentChangeEvent(range, text));
  }

  void replace(Path file, String text) {
    change(file, new TextDocumentContentChangeEvent(text));
  }

  private void change(Path file, TextDocumentContentChangeEvent change) {
    server
        .getTextDocumentService()
        .didChange(
            new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(uri(file), ++version), List.of(change)));
  }

  /// What is said next of a file.
  List<Diagnostic> diagnostics(Path file) throws InterruptedException {
    while (true) {
      PublishDiagnosticsParams next = published.poll(PATIENCE, TimeUnit.MINUTES);
      if (next == null) {
        throw new AssertionError("no diagnostics of " + file);
      }
      if (next.getUri().equals(uri(file))) {
        return next.getDiagnostics();
      }
    }
  }

  private static TextDocumentIdentifier id(Path file) {
    return new TextDocumentIdentifier(uri(file));
  }

  private static Position at(String text, int offset) {
    return Shapes.position(new SourceFile("", text), offset);
  }

  private static <T> T get(CompletableFuture<T> answer) throws Exception {
    return answer.get(PATIENCE, TimeUnit.MINUTES);
  }

  List<? extends Location> definitions(Path file, String text, int offset) throws Exception {
    return get(server
            .getTextDocumentService()
            .definition(new DefinitionParams(id(file), at(text, offset))))
        .getLeft();
  }

  List<? extends Location> references(Path file, String text, int offset) throws Exception {
    return get(
        server
            .getTextDocumentService()
            .references(
                new ReferenceParams(id(file), at(text, offset), new ReferenceContext(true))));
  }

  String hover(Path file, String text, int offset) throws Exception {
    var hover =
        get(server.getTextDocumentService().hover(new HoverParams(id(file), at(text, offset))));
    return hover.getContents().isLeft() ? "" : hover.getContents().getRight().getValue();
  }

  /// The edits, or why there are none.
  WorkspaceEdit rename(Path file, String text, int offset, String name) throws Exception {
    try {
      return get(
          server
              .getTextDocumentService()
              .rename(new RenameParams(id(file), at(text, offset), name)));
    } catch (ExecutionException refused) {
      throw new IllegalArgumentException(refused.getCause().getMessage(), refused);
    }
  }

  List<String> completion(Path file, String text, int offset) throws Exception {
    return get(
            server
                .getTextDocumentService()
                .completion(new CompletionParams(id(file), at(text, offset))))
        .getLeft()
        .stream()
        .map(CompletionItem::getLabel)
        .toList();
  }

  List<? extends TextEdit> format(Path file) throws Exception {
    return get(
        server
            .getTextDocumentService()
            .formatting(new DocumentFormattingParams(id(file), new FormattingOptions(2, true))));
  }

  List<DocumentSymbol> symbols(Path file) throws Exception {
    return get(server.getTextDocumentService().documentSymbol(new DocumentSymbolParams(id(file))))
        .stream()
        .map(s -> s.getRight())
        .toList();
  }

  @Override
  public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
    published.add(diagnostics);
  }

  @Override
  public void telemetryEvent(Object object) {}

  @Override
  public void showMessage(MessageParams message) {
    logMessage(message);
  }

  @Override
  public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams request) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void logMessage(MessageParams message) {
    synchronized (logged) {
      logged.add(message.getMessage());
    }
  }

  @Override
  public void close() throws Exception {
    get(server.shutdown());
    server.exit();
    get(service.exited());
    for (Socket end : ends) {
      end.close();
    }
  }
}
