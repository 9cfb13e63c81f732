package trapline.lsp;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageClientAware;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;
import org.jspecify.annotations.Nullable;
import trapline.Options;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.edit.Completion;
import trapline.edit.Desk;
import trapline.edit.Document;
import trapline.edit.Outline;
import trapline.edit.Renaming;
import trapline.lang.Formatter;
import trapline.lang.Shelf;

/// Answers an editor: diagnostics of every open text after every change, and what it asks for.
///
/// A question waits for the text that it is about to be understood, and no longer: classes, which
/// may take minutes, come with the next question about the same name.
public final class LanguageService
    implements LanguageServer, LanguageClientAware, TextDocumentService, WorkspaceService {
  /// Bytes of a stack on which any text can be parsed.
  private static final long STACK = 64L << 20;

  /// Milliseconds that a note waits for the classes of an instruction.
  private static final int PATIENCE = 700;

  private static final Hover NOTHING = new Hover(List.of());

  private final String version;
  private final CompletableFuture<@Nullable Void> exited = new CompletableFuture<>();
  private final Desk desk = new Desk(Shelf.DISK);
  private final ClassesAsked classes;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(null, task, "understanding", STACK);
        thread.setDaemon(true);
        return thread;
      });

  /// What each open text has told of itself and of others, by file.
  private final Map<Path, Map<String, List<Diagnostic>>> told = new LinkedHashMap<>();

  private @Nullable Future<?> checking;
  private @Nullable LanguageClient client;

  public LanguageService(String version, Options options) {
    this.version = version;
    this.classes = new ClassesAsked(options);
  }

  // ------------------------------------------------------------------ the server

  @Override
  public void connect(LanguageClient connected) {
    client = connected;
  }

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams parameters) {
    var can = new ServerCapabilities();
    can.setTextDocumentSync(TextDocumentSyncKind.Incremental);
    can.setDefinitionProvider(true);
    can.setReferencesProvider(true);
    can.setHoverProvider(true);
    can.setRenameProvider(true);
    can.setDocumentFormattingProvider(true);
    can.setDocumentSymbolProvider(true);
    can.setCompletionProvider(new CompletionOptions(false, List.of(".")));
    return CompletableFuture.completedFuture(
        new InitializeResult(can, new ServerInfo("trapline", version)));
  }

  @Override
  public CompletableFuture<Object> shutdown() {
    classes.close();
    worker.shutdownNow();
    return CompletableFuture.completedFuture(new Object());
  }

  @Override
  public void exit() {
    exited.complete(null);
  }

  /// Complete once the client has told the server to end.
  public CompletableFuture<@Nullable Void> exited() {
    return exited;
  }

  @Override
  public TextDocumentService getTextDocumentService() {
    return this;
  }

  @Override
  public WorkspaceService getWorkspaceService() {
    return this;
  }

  @Override
  public void didChangeConfiguration(DidChangeConfigurationParams parameters) {
    // There is nothing to configure.
  }

  @Override
  public void didChangeWatchedFiles(DidChangeWatchedFilesParams parameters) {
    check();
  }

  // ------------------------------------------------------------------ texts

  @Override
  public void didOpen(DidOpenTextDocumentParams parameters) {
    put(parameters.getTextDocument().getUri(), parameters.getTextDocument().getText());
  }

  @Override
  public void didChange(DidChangeTextDocumentParams parameters) {
    String uri = parameters.getTextDocument().getUri();
    path(uri)
        .ifPresent(path -> {
          String text = java.util.Objects.requireNonNullElse(desk.text(path), "");
          for (TextDocumentContentChangeEvent change : parameters.getContentChanges()) {
            text = changed(text, change);
          }
          put(uri, text);
        });
  }

  private static String changed(String text, TextDocumentContentChangeEvent change) {
    Range range = change.getRange();
    if (range == null) {
      return change.getText();
    }
    var file = new SourceFile("", text);
    int start = Shapes.offset(file, range.getStart());
    int end = Math.max(start, Shapes.offset(file, range.getEnd()));
    return text.substring(0, start) + change.getText() + text.substring(end);
  }

  private void put(String uri, String text) {
    path(uri)
        .ifPresent(path -> {
          desk.put(path, text);
          check();
        });
  }

  @Override
  public void didClose(DidCloseTextDocumentParams parameters) {
    path(parameters.getTextDocument().getUri())
        .ifPresent(path -> {
          desk.close(path);
          tell(path, List.of());
          synchronized (told) {
            told.remove(path);
          }
          check();
        });
  }

  @Override
  public void didSave(DidSaveTextDocumentParams parameters) {
    // What is open is known already.
  }

  private Optional<Path> path(String uri) {
    return Shapes.path(uri).map(desk::path);
  }

  // ------------------------------------------------------------------ diagnostics

  /// Understands all open texts anew: each may import the one that changed.
  private synchronized void check() {
    classes.forget();
    if (checking != null) {
      checking.cancel(true);
    }
    if (!worker.isShutdown()) {
      checking = worker.submit(() -> desk.open().forEach(this::check));
    }
  }

  private void check(Path path) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      desk.check(path).ifPresent(document -> tell(path, document.understanding().diagnostics()));
    } catch (CancellationException edited) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
      failed(path + " could not be understood", failure);
    }
  }

  private void failed(String what, Throwable failure) {
    if (client != null) {
      client.logMessage(
          new MessageParams(MessageType.Error, what + " (please report it): " + failure));
    }
  }

  /// Publishes what a text says, for every file that this or the last time says anything of.
  private void tell(Path path, List<Diagnostic> diagnostics) {
    Map<String, List<Diagnostic>> byFile = new LinkedHashMap<>();
    byFile.put(path.toString(), new ArrayList<>());
    for (Diagnostic d : diagnostics) {
      byFile.computeIfAbsent(d.span().file().name(), _ -> new ArrayList<>()).add(d);
    }
    synchronized (told) {
      Set<String> files = new LinkedHashSet<>(byFile.keySet());
      files.addAll(told.getOrDefault(path, Map.of()).keySet());
      told.put(path, byFile);
      for (String file : files) {
        List<org.eclipse.lsp4j.Diagnostic> all =
            told.values().stream()
                .flatMap(m -> m.getOrDefault(file, List.of()).stream())
                .map(Shapes::diagnostic)
                .distinct()
                .toList();
        if (client != null) {
          client.publishDiagnostics(new PublishDiagnosticsParams(Shapes.uri(file), all));
        }
      }
    }
  }

  // ------------------------------------------------------------------ questions

  /// Answers from an open text, once what was typed before is understood.
  private <T> CompletableFuture<T> ask(
      TextDocumentIdentifier text, T otherwise, Function<Document, T> answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          Thread.interrupted();
          try {
            return path(text.getUri()).flatMap(desk::document).map(answer).orElse(otherwise);
          } catch (CancellationException | StackOverflowError given) {
            return otherwise;
          }
        },
        worker);
  }

  private <T> CompletableFuture<T> ask(
      TextDocumentIdentifier text,
      Position position,
      T otherwise,
      java.util.function.BiFunction<Document, Integer, T> answer) {
    return ask(text, otherwise, d -> answer.apply(d, Shapes.offset(d.file(), position)));
  }

  @Override
  public CompletableFuture<Either<List<? extends Location>, List<? extends LocationLink>>>
      definition(DefinitionParams p) {
    return ask(
        p.getTextDocument(),
        p.getPosition(),
        Either.forLeft(List.of()),
        (d, offset) -> Either.forLeft(locations(d.definitions(offset))));
  }

  @Override
  public CompletableFuture<List<? extends Location>> references(ReferenceParams p) {
    return ask(
        p.getTextDocument(),
        p.getPosition(),
        List.of(),
        (d, offset) -> {
          List<Span> all = desk.references(d, offset);
          List<Span> declared = d.definitions(offset);
          boolean withDeclaration = p.getContext().isIncludeDeclaration();
          return locations(
              all.stream().filter(s -> withDeclaration || !isIn(declared, s)).toList());
        });
  }

  private static boolean isIn(List<Span> spans, Span span) {
    return spans.stream()
        .anyMatch(s -> s.start() == span.start() && s.file().name().equals(span.file().name()));
  }

  private static List<Location> locations(List<Span> spans) {
    return spans.stream().map(Shapes::location).distinct().toList();
  }

  @Override
  public CompletableFuture<Hover> hover(HoverParams p) {
    CompletableFuture<Optional<Told>> told =
        ask(
            p.getTextDocument(),
            p.getPosition(),
            Optional.empty(),
            (d, offset) -> d.note(offset).map(note -> new Told(d, note)));
    return told.thenCompose(t ->
        t.isEmpty()
            ? CompletableFuture.completedFuture(NOTHING)
            : classes(t.get()).thenApply(more -> hover(t.get().note(), more)));
  }

  private record Told(Document document, Document.Note note) {}

  private CompletableFuture<String> classes(Told told) {
    Optional<String> instruction = told.note.instruction();
    if (instruction.isEmpty()) {
      return CompletableFuture.completedFuture("");
    }
    if (told.document.understanding().families().isEmpty()) {
      return CompletableFuture.completedFuture("not classified: the description has mistakes");
    }
    return classes
        .of(told.document.understanding(), instruction.get())
        .thenApply(Function.identity())
        .completeOnTimeout("its classes are being asked…", PATIENCE, TimeUnit.MILLISECONDS)
        .exceptionally(edited -> "");
  }

  private static Hover hover(Document.Note note, String more) {
    String text = note.markdown() + (more.isEmpty() ? "" : "\n\n---\n\n" + more);
    return new Hover(new MarkupContent(MarkupKind.MARKDOWN, text), Shapes.range(note.span()));
  }

  @Override
  public CompletableFuture<WorkspaceEdit> rename(RenameParams p) {
    return ask(
        p.getTextDocument(),
        p.getPosition(),
        new WorkspaceEdit(),
        (d, offset) ->
            switch (desk.rename(d, offset, p.getNewName())) {
              case Renaming.Edits(var places) -> edit(places, p.getNewName());
              case Renaming.Refused(var reason) ->
                  throw new CompletionException(
                      new ResponseErrorException(
                          new ResponseError(
                              ResponseErrorCode.RequestFailed.getValue(), reason, null)));
            });
  }

  private static WorkspaceEdit edit(Map<Path, List<Span>> places, String name) {
    Map<String, List<TextEdit>> edits = new LinkedHashMap<>();
    places.forEach((file, spans) ->
        edits.put(
            Shapes.uri(file.toString()),
            spans.stream().map(s -> new TextEdit(Shapes.range(s), name)).toList()));
    return new WorkspaceEdit(edits);
  }

  @Override
  public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(
      CompletionParams p) {
    return ask(
        p.getTextDocument(),
        p.getPosition(),
        Either.forLeft(List.of()),
        (d, offset) -> Either.forLeft(Completion.at(d, offset).stream().map(this::item).toList()));
  }

  private CompletionItem item(Completion.Proposal proposal) {
    var item = new CompletionItem(proposal.text());
    item.setKind(Shapes.completionKind(proposal.noun()));
    item.setDetail((proposal.noun() + " " + proposal.detail()).strip());
    return item;
  }

  @Override
  public CompletableFuture<List<? extends TextEdit>> formatting(DocumentFormattingParams p) {
    return ask(
        p.getTextDocument(),
        List.of(),
        d ->
            switch (Formatter.format(d.file())) {
              case Formatter.Formatted.Text(var text) ->
                  text.equals(d.file().text())
                      ? List.of()
                      : List.of(
                          new TextEdit(
                              Shapes.range(new Span(d.file(), 0, d.file().text().length())), text));
              case Formatter.Formatted.Rejected _ -> List.of();
            });
  }

  @Override
  public CompletableFuture<List<Either<SymbolInformation, DocumentSymbol>>> documentSymbol(
      DocumentSymbolParams p) {
    return ask(
        p.getTextDocument(),
        List.of(),
        d ->
            Outline.of(d.file()).stream()
                .map(s -> Either.<SymbolInformation, DocumentSymbol>forRight(Shapes.symbol(s)))
                .toList());
  }
}
