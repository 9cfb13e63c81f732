package trapline.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.webjars.WebJarVersionLocator;
import trapline.Options;
import trapline.edit.Completion;
import trapline.edit.Document;
import trapline.report.Glance;
import trapline.report.Html;
import trapline.report.ReportPage;

/// Serves the page to browsers on this computer.
///
///     GET  /                        the page; /app.js, /app.css, /isa.tmLanguage.json, /lib/MODULE
///     GET  /machines                names to begin with;  /machine?name=
///     POST /check                   {session, file, text, machine} -> events
///     POST /complete, /note         {session, file, text, offset} -> names that fit, what a name is
///     GET  /report?session=         the last verdict as a page to keep
///
/// Only names of this computer are answered to, and only pages that came from here may ask, so that no
/// other page in the browser can reach it, whatever its name resolves to.
public final class LocalSite implements AutoCloseable {
  private static final String RESOURCES = "/trapline/serve/";

  /// What pages begin with.
  private static final String FIRST = "third-generation.isa";

  /// The editor's modules: how scripts call them, and where their jars have them.
  private static final Map<String, List<String>> MODULES = modules();

  private final Limits limits;
  private final Options options;
  private final String version;
  private final Library library;
  private final HttpServer server;
  private final Set<String> hosts;
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Semaphore places;
  private final Semaphore queue;
  private final Check warmUp;
  private final WebJarVersionLocator jars = new WebJarVersionLocator();
  private final Map<String, Session> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
          return size() > limits.sessions();
        }
      };

  /// Port 0 is any that is free. Descriptions may import from the folders of `files`.
  public LocalSite(int port, List<Path> files, Options options, Limits limits, String version)
      throws IOException {
    this.limits = limits;
    this.options = options;
    this.version = version;
    library = new Library(files);
    warmUp =
        new Check(
            new Check.Question(FIRST, library.text(FIRST), ""),
            new Session(library),
            alone(options),
            version);
    places = new Semaphore(limits.parallel());
    queue = new Semaphore(limits.parallel() + limits.waiting());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    int bound = server.getAddress().getPort();
    hosts = Set.of("localhost:" + bound, "127.0.0.1:" + bound, "[::1]:" + bound);
    server.createContext("/", this::handle);
    server.setExecutor(handlers);
    server.start();
  }

  /// On one processor, and with nothing known.
  private static Options alone(Options options) {
    return new Options(
        options.definitions(), options.solver(), 1, options.timeout(), Set.of(), Optional.empty());
  }

  private static Map<String, List<String>> modules() {
    Map<String, List<String>> modules = new LinkedHashMap<>();
    for (String part :
        List.of("state", "view", "language", "commands", "search", "autocomplete", "lint")) {
      modules.put("@codemirror/" + part, List.of("codemirror__" + part, "dist/index.js"));
    }
    modules.put("@lezer/common", List.of("lezer__common", "dist/index.js"));
    modules.put("@lezer/highlight", List.of("lezer__highlight", "dist/index.js"));
    modules.put(
        "@marijn/find-cluster-break", List.of("marijn__find-cluster-break", "src/index.js"));
    modules.put("crelt", List.of("crelt", "index.js"));
    modules.put("style-mod", List.of("style-mod", "src/style-mod.js"));
    modules.put("w3c-keyname", List.of("w3c-keyname", "index.js"));
    return modules;
  }

  public String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  /// Lists the machines, and checks the one that pages begin with, for nobody and from nothing: the
  /// first who asks need not wait until the code that answers is compiled.
  public void warmUp() {
    library.names();
    warmUp.start(() -> {});
  }

  @Override
  public void close() {
    warmUp.cancel();
    server.stop(0);
    handlers.shutdownNow();
    clock.shutdownNow();
  }

  // ------------------------------------------------------------------ requests

  /// What is wrong with a request, by its number.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String why;

    Refused(int status, String why) {
      super(why);
      this.status = status;
      this.why = why;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        mustBeOurs(exchange);
        answer(exchange);
      } catch (Refused refused) {
        send(exchange, refused.status, "text/plain", refused.why);
      } catch (JsonParseException | IllegalStateException | NullPointerException malformed) {
        send(exchange, 400, "text/plain", "not a request of this page");
      }
    }
  }

  /// A name that an attacker has let resolve to this computer is in neither header.
  private void mustBeOurs(HttpExchange exchange) throws Refused {
    Headers headers = exchange.getRequestHeaders();
    String host = headers.getFirst("Host");
    if (host == null || !hosts.contains(host)) {
      throw new Refused(421, "this is not the host that you look for");
    }
    boolean changes = !exchange.getRequestMethod().equals("GET");
    String origin = headers.getFirst("Origin");
    if (origin == null ? changes : !origin.equals("http://" + host)) {
      throw new Refused(403, "another page may not ask");
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null && !Set.of("same-origin", "none").contains(site)) {
      throw new Refused(403, "another page may not ask");
    }
  }

  private void answer(HttpExchange exchange) throws IOException, Refused {
    String path = exchange.getRequestURI().getPath();
    String request = exchange.getRequestMethod() + " " + path;
    switch (request) {
      case "GET /" -> page(exchange);
      case "GET /app.js" -> resource(exchange, "app.js", "text/javascript");
      case "GET /app.css" ->
          send(exchange, 200, "text/css", Glance.styles() + text(RESOURCES + "app.css"));
      case "GET /isa.tmLanguage.json" ->
          resource(exchange, "isa.tmLanguage.json", "application/json");
      case "GET /machines" -> machines(exchange);
      case "GET /machine" ->
          send(exchange, 200, "text/plain", library.text(parameter(exchange, "name")));
      case "GET /report" -> report(exchange);
      case "POST /check" -> check(exchange);
      case "POST /complete" -> complete(exchange);
      case "POST /note" -> note(exchange);
      default -> {
        if (!request.startsWith("GET /lib/")) {
          throw new Refused(404, "nothing is here");
        }
        module(exchange, path.substring("/lib/".length()));
      }
    }
  }

  private static String parameter(HttpExchange exchange, String name) throws Refused {
    String query = exchange.getRequestURI().getQuery();
    if (query == null || !query.startsWith(name + "=")) {
      throw new Refused(400, "no " + name);
    }
    return query.substring(name.length() + 1);
  }

  private JsonObject body(HttpExchange exchange) throws IOException, Refused {
    if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      throw new Refused(415, "not JSON");
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(limits.bytes() + 1);
    if (bytes.length > limits.bytes()) {
      throw new Refused(
          413, "a description has at most " + (limits.bytes() >> 10) + " KiB on this page");
    }
    return JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
  }

  // ------------------------------------------------------------------ answers

  private static String text(String resource) throws IOException {
    try (InputStream in = LocalSite.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("not packed: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void resource(HttpExchange exchange, String name, String type) throws IOException {
    send(exchange, 200, type, text(RESOURCES + name));
  }

  private void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    headers(exchange, type, "default-src 'none'");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void headers(HttpExchange exchange, String type, String policy) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type + "; charset=utf-8");
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }

  /// The page: its scripts are ours by name, the map of modules by its hash, and styles that the
  /// editor makes by a number that is new each time.
  private void page(HttpExchange exchange) throws IOException {
    String nonce = random();
    JsonObject imports = new JsonObject();
    MODULES.keySet().forEach(module -> imports.addProperty(module, "/lib/" + module));
    JsonObject map = new JsonObject();
    map.add("imports", imports);
    String page =
        text(RESOURCES + "page.html")
            .replace("{{modules}}", map.toString())
            .replace("{{nonce}}", nonce)
            .replace("{{session}}", random());
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    headers(
        exchange,
        "text/html",
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; script-src 'self' '"
            + new Html.Script(map.toString()).hash()
            + "'; style-src 'self' 'nonce-"
            + nonce
            + "'");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void module(HttpExchange exchange, String name) throws IOException, Refused {
    List<String> module = MODULES.get(name);
    String path = module == null ? null : jars.fullPath(module.getFirst(), module.getLast());
    if (path == null) {
      throw new Refused(404, "no such module");
    }
    send(exchange, 200, "text/javascript", text("/" + path));
  }

  private void machines(HttpExchange exchange) throws IOException {
    JsonArray names = new JsonArray();
    library.names().forEach(names::add);
    send(exchange, 200, "application/json", names.toString());
  }

  private Session session(String id) {
    synchronized (sessions) {
      return sessions.computeIfAbsent(id, _ -> new Session(library));
    }
  }

  private void report(HttpExchange exchange) throws IOException, Refused {
    List<JsonObject> records = session(parameter(exchange, "session")).records();
    if (records.isEmpty()) {
      throw new Refused(404, "there is no verdict on this text yet");
    }
    String name = records.getFirst().get("machine").getAsString().replaceAll("[^A-Za-z0-9_-]", "_");
    exchange
        .getResponseHeaders()
        .set("Content-Disposition", "attachment; filename=\"" + name + ".html\"");
    send(exchange, 200, "text/html", ReportPage.of(records.getFirst()));
  }

  private void complete(HttpExchange exchange) throws IOException, Refused {
    JsonObject body = body(exchange);
    JsonArray options = new JsonArray();
    document(body)
        .ifPresent(document -> {
          for (Completion.Proposal p : Completion.at(document, body.get("offset").getAsInt())) {
            JsonObject option = new JsonObject();
            option.addProperty("label", p.text());
            option.addProperty("type", p.noun());
            option.addProperty("detail", p.detail());
            options.add(option);
          }
        });
    send(exchange, 200, "application/json", options.toString());
  }

  private void note(HttpExchange exchange) throws IOException, Refused {
    JsonObject body = body(exchange);
    JsonObject note = new JsonObject();
    document(body)
        .flatMap(document -> document.note(body.get("offset").getAsInt()))
        .ifPresent(n -> {
          note.addProperty("from", n.span().start());
          note.addProperty("to", n.span().end());
          note.addProperty("text", n.text());
        });
    send(exchange, 200, "application/json", note.toString());
  }

  private Optional<Document> document(JsonObject body) {
    return session(body.get("session").getAsString())
        .document(body.get("file").getAsString(), body.get("text").getAsString());
  }

  /// Streams what a check finds out, as long as the page listens.
  private void check(HttpExchange exchange) throws IOException, Refused {
    JsonObject body = body(exchange);
    Check check =
        new Check(
            new Check.Question(
                body.get("file").getAsString(),
                body.get("text").getAsString(),
                body.get("machine").getAsString()),
            session(body.get("session").getAsString()),
            options,
            version);
    if (!queue.tryAcquire()) {
      throw new Refused(503, "too many checks wait already");
    }
    try {
      session(body.get("session").getAsString()).begin(check, body.get("file").getAsString());
      if (!places.tryAcquire(limits.whole().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Refused(503, "too many checks run already");
      }
      check.start(places::release);
      long whole = limits.whole().toMillis();
      var limit = clock.schedule(check::interrupt, whole, TimeUnit.MILLISECONDS);
      var end = clock.schedule(() -> check.end("time"), whole + whole / 4, TimeUnit.MILLISECONDS);
      try {
        stream(exchange, check);
      } finally {
        limit.cancel(false);
        end.cancel(false);
        check.interrupt();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      queue.release();
    }
  }

  private static void stream(HttpExchange exchange, Check check)
      throws IOException, InterruptedException {
    headers(exchange, "text/event-stream", "default-src 'none'");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    boolean isOpen = true;
    while (isOpen) {
      Optional<Check.Event> event = check.next(1_000);
      // A line without an event finds out whether the page is still there.
      String line =
          event.map(e -> "event: " + e.sort() + "\ndata: " + e.data() + "\n\n").orElse(":\n\n");
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.flush();
      isOpen = event.isEmpty() || !event.get().isEnd();
    }
  }
}
