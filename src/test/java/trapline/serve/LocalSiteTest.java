package trapline.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.Options;

/// The local page's server, asked by friends and foes.
class LocalSiteTest {
  private static final String THIRD = "third-generation.isa";

  /// More than a slow computer that has much else to do needs.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private LocalSite site;

  @BeforeEach
  void open() throws IOException {
    open(List.of(), PATIENCE);
  }

  private void open(List<Path> files, Duration limit) throws IOException {
    if (site != null) {
      site.close();
    }
    site = new LocalSite(0, files, Options.defaults(), Limits.within(limit), "test");
  }

  @AfterEach
  void close() {
    site.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create(site.address() + path));
  }

  private String origin() {
    return site.address().substring(0, site.address().length() - 1);
  }

  private HttpRequest.Builder post(String path, Map<String, Object> data) {
    JsonObject json = new JsonObject();
    data.forEach((key, value) -> {
      if (value instanceof Integer number) {
        json.addProperty(key, number);
      } else {
        json.addProperty(key, value.toString());
      }
    });
    return at(path)
        .header("Content-Type", "application/json")
        .header("Origin", origin())
        .POST(HttpRequest.BodyPublishers.ofString(json.toString()));
  }

  private record Event(String sort, JsonObject data) {}

  private List<Event> check(String session, String file, String text) throws Exception {
    return events(
        send(post("check", Map.of("session", session, "file", file, "text", text, "machine", ""))));
  }

  private static List<Event> events(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    List<Event> events = new ArrayList<>();
    for (String part : answer.body().split("\n\n")) {
      if (part.startsWith("event: ")) {
        String[] lines = part.split("\n", 2);
        events.add(
            new Event(
                lines[0].substring("event: ".length()),
                JsonParser.parseString(lines[1].substring("data: ".length())).getAsJsonObject()));
      }
    }
    return events;
  }

  private static List<String> sorts(List<Event> events) {
    return events.stream().map(Event::sort).filter(s -> !s.equals("progress")).toList();
  }

  private static String third() throws IOException {
    return Files.readString(Path.of("isa-specs", THIRD));
  }

  /// The status line of what a server says to bytes.
  private String raw(String request) throws IOException {
    URI address = URI.create(site.address());
    try (Socket socket = new Socket("localhost", address.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.lines().findFirst().orElse("");
    }
  }

  @Test
  void aTextIsToldItsVerdictAndThePageCanBeKept() throws Exception {
    List<Event> events = check("s", THIRD, third());
    assertEquals(List.of("diagnostics", "verdict", "end"), sorts(events));
    String html = events.get(events.size() - 2).data().get("html").getAsString();
    assertTrue(html.contains("yes (Theorem 1)"), html);
    HttpResponse<String> report = send(at("report?session=s"));
    assertEquals(200, report.statusCode());
    assertTrue(report.body().startsWith("<!DOCTYPE html>"));
    assertEquals(
        "attachment; filename=\"ThirdGen.html\"",
        report.headers().firstValue("Content-Disposition").orElseThrow());
    assertEquals(404, send(at("report?session=other")).statusCode());
  }

  @Test
  void mistakesAreTold() throws Exception {
    String text = third().replace("psw.mode != S", "psw.mood != S");
    List<Event> events = check("s", THIRD, text);
    assertEquals(List.of("diagnostics", "end"), sorts(events));
    JsonObject mistake =
        events.getFirst().data().getAsJsonArray("diagnostics").get(0).getAsJsonObject();
    assertEquals("unknown-field", mistake.get("code").getAsString());
    assertEquals(text.indexOf("mood"), mistake.get("from").getAsInt());
  }

  @Test
  void whatDescribesAMachineIsThereToBeginWith() throws Exception {
    String names = send(at("machines")).body();
    for (String machine : List.of(THIRD, "third-generation-leaky.isa", "ia-32/user.isa")) {
      assertEquals(
          Files.readString(Path.of("isa-specs", machine)),
          send(at("machine?name=" + machine)).body());
    }
    assertTrue(names.contains("\"third-generation-leaky.isa\""), names);
    assertFalse(names.contains("ia-32/user.isa"), "extensions alone are no machine");
  }

  @Test
  void namesAndNotesAreThoseOfTheText() throws Exception {
    check("s", THIRD, third());
    Map<String, Object> here =
        Map.of(
            "session",
            "s",
            "file",
            THIRD,
            "text",
            third(),
            "offset",
            third().indexOf("psw.mode != S") + 4);
    assertTrue(send(post("complete", here)).body().contains("\"bound\""));
    assertTrue(send(post("note", here)).body().contains("field PSW.mode : Mode, bit 31, role M"));
  }

  @Test
  void onlyPagesFromHereMayAsk() throws Exception {
    String port = Integer.toString(URI.create(site.address()).getPort());
    assertEquals(
        "HTTP/1.1 421 Misdirected Request".substring(0, 12),
        raw("GET / HTTP/1.1\r\nHost: evil.example:" + port + "\r\nConnection: close\r\n\r\n")
            .substring(0, 12));
    assertTrue(
        raw("GET / HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n")
            .startsWith("HTTP/1.1 200"));
    Map<String, Object> data = Map.of("session", "s", "file", THIRD, "text", "", "machine", "");
    assertEquals(
        403, send(post("check", data).setHeader("Origin", "http://evil.example")).statusCode());
    assertEquals(403, send(at("machines").header("Origin", "null")).statusCode());
    assertEquals(403, send(at("machines").header("Sec-Fetch-Site", "cross-site")).statusCode());
    assertEquals(
        403,
        send(at("check")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")))
            .statusCode());
    assertEquals(
        415,
        send(at("check")
                .header("Content-Type", "text/plain")
                .header("Origin", origin())
                .POST(HttpRequest.BodyPublishers.ofString("{}")))
            .statusCode());
    assertEquals(400, send(post("check", Map.of())).statusCode());
    assertEquals(404, send(at("lib/../../page.html")).statusCode());
    assertEquals(404, send(at("elsewhere")).statusCode());
  }

  @Test
  void thePageHasNoScriptOfItsOwn() throws Exception {
    HttpResponse<String> page = send(at(""));
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertFalse(page.body().contains("{{"), page.body());
    assertEquals(1, page.body().split("<script type=\"importmap\">", -1).length - 1);
    assertEquals(2, page.body().split("<script", -1).length - 1);
  }

  @Test
  void onlyWhatIsShippedOrGivenIsRead() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret.isa"), "extension Secret { }\n");
    for (String path : List.of(secret.toRealPath().toString(), "../secret.isa")) {
      List<Event> events = check("s", "", "import \"" + path + "\";\nmachine M { }\n");
      assertTrue(
          events.getFirst().data().toString().contains("import-"), events.getFirst().toString());
    }
    assertEquals("", send(at("machine?name=" + secret.toRealPath())).body());
    Path given =
        Files.writeString(
            folder.resolve("given.isa"), "import \"secret.isa\";\nmachine M with Secret { }\n");
    open(List.of(given), PATIENCE);
    List<Event> events = check("s", given.toString(), Files.readString(given));
    assertFalse(events.getFirst().data().toString().contains("import-"));
    assertEquals(Files.readString(given), send(at("machine?name=" + given)).body());
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    Map<String, Object> data =
        Map.of("session", "s", "file", "", "machine", "", "text", "x".repeat(1 << 20));
    assertEquals(413, send(post("check", data)).statusCode());
    List<Event> deep = check("s", "", "(".repeat(900_000));
    assertEquals("end", deep.getLast().sort());
  }

  @Test
  void whatTakesTooLongIsGivenUpAndTheNextIsAnswered() throws Exception {
    open(List.of(), Duration.ofSeconds(5));
    String hard =
        third()
            .replace(
                "  reserved {",
                "  reg x : bits(512) role E reset 0;\n  reg y : bits(512) role E reset 0;\n"
                    + "  instr hard [0x17 0:24] \"hard\" { if x * y == 0x9d3b_1f02_77c1_0a5d_e3b1_90f7_5512_86cb_0d41 && x > 1 && y > x"
                    + " { psw.mode = S; } }\n  reserved {");
    List<CompletableFuture<List<Event>>> foes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String session = "foe" + i;
      foes.add(
          CompletableFuture.supplyAsync(() -> {
            try {
              return check(session, THIRD, hard);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }));
    }
    int understood = 0;
    for (CompletableFuture<List<Event>> foe : foes) {
      List<Event> events = foe.handle((e, busy) -> e == null ? List.<Event>of() : e).get();
      boolean isAnswered =
          events.stream()
              .anyMatch(
                  e -> e.sort().equals("verdict") && !e.data().toString().contains("Interrupted"));
      assertFalse(isAnswered, "the question is not hard enough");
      for (Event e : events) {
        assertFalse(e.data().toString().contains("\"severity\":\"error\""), e.toString());
      }
      understood += events.isEmpty() ? 0 : 1;
    }
    assertTrue(understood > 0, "the question was asked");
    // A thread that is slow to listen keeps its place for a while, and the page is told to ask
    // later.
    Map<String, Object> friend =
        Map.of("session", "friend", "file", "", "text", "machine M { }\n", "machine", "");
    HttpResponse<String> answer = send(post("check", friend));
    for (long end = System.nanoTime() + PATIENCE.toNanos();
        answer.statusCode() == 503 && System.nanoTime() < end; ) {
      answer = send(post("check", friend));
    }
    assertEquals(List.of("diagnostics", "end"), sorts(events(answer)));
  }
}
