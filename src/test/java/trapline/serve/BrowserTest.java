package trapline.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import trapline.Options;
import trapline.cache.AnswerCache;

/// The local page, as a person with a browser meets it. Runs where Chromium and its driver are.
@Tag("browser")
@EnabledIf("hasChromium")
class BrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir Path cache;
  private LocalSite site;
  private ChromeDriver browser;

  static boolean hasChromium() {
    return program("chromium").isPresent() && program("chromedriver").isPresent();
  }

  private static Optional<File> program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst();
  }

  @BeforeEach
  void open() throws Exception {
    Options d = Options.defaults();
    var options =
        new Options(
            d.definitions(),
            d.solver(),
            d.jobs(),
            d.timeout(),
            d.rows(),
            AnswerCache.in(cache, AnswerCache.CAPACITY));
    site = new LocalSite(0, List.of(), options, Limits.within(PATIENCE), "test");
    site.warmUp();
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    var chromium = new ChromeOptions();
    chromium.setBinary(program("chromium").orElseThrow());
    chromium.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    chromium.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").orElseThrow())
                .build(),
            chromium);
    browser.manage().timeouts().scriptTimeout(PATIENCE);
    browser.get(site.address());
    answered("yes (Theorem 1)");
  }

  @AfterEach
  void close() {
    browser.quit();
    site.close();
  }

  private void until(String condition) {
    browser.executeAsyncScript(
        "const done = arguments[0]; const look = () => (%s) ? done() : setTimeout(look, 50); look();"
            .formatted(condition));
  }

  /// Waits for a verdict on the text as it is.
  private void answered(String words) {
    until(
        "!document.querySelector('#verdict').classList.contains('stale')"
            + " && (document.querySelector('#verdict .answer') || {}).textContent === '"
            + words
            + "'");
  }

  /// Puts the cursor behind some words of the text, as a click would.
  private WebElement behind(String words) {
    browser.executeAsyncScript(
        """
        const [words, done] = arguments;
        import('@codemirror/view').then(({ EditorView }) => {
          const view = EditorView.findFromDOM(document.querySelector('.cm-editor'));
          const at = view.state.doc.toString().indexOf(words) + words.length;
          view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
          view.focus();
          done();
        });
        """,
        words);
    return browser.findElement(By.cssSelector(".cm-content"));
  }

  @Test
  void typingAnUnprivilegedModeReadTurnsTheVerdict(TestReporter reporter) {
    WebElement text =
        behind(
            "instr svc  [0x08 0:8 n:16]            \"svc {n:u}\"                 { trap svc(zext(n)); }");
    text.sendKeys(
        Keys.ENTER, "instr getm [0x17 a:3 0:21] \"getm {a:r}\" { r[a] = zext(raw(psw.mode)); }");
    answered("no (Theorem 1)");
    WebElement verdict = browser.findElement(By.id("verdict"));
    assertTrue(verdict.getText().contains("because of getm"), verdict.getText());
    assertTrue(verdict.getText().contains("A witness that it is"), verdict.getText());
    assertTrue(browser.findElement(By.id("status")).getText().contains("answered in"));
    reporter.publishEntry(
        "third-generation machine, last key to verdict, ms",
        verdict.getDomAttribute("data-milliseconds"));
    assertTrue(browser.findElement(By.id("save")).isDisplayed());
    text.sendKeys(Keys.chord(Keys.CONTROL, "z"));
    assertEquals(List.of(), complaints());
  }

  @Test
  void aMistakeIsToldWhereTheCursorIsAndByKeysAlone() {
    WebElement text = behind("if psw.mode");
    text.sendKeys("x");
    until("document.querySelector('#mistakes li') !== null");
    assertTrue(
        browser.findElement(By.id("here")).getText().contains("has no field `modex`"),
        browser.findElement(By.id("here")).getText());
    assertEquals("one mistake", browser.findElement(By.id("status")).getText());
    text.sendKeys(Keys.BACK_SPACE);
    answered("yes (Theorem 1)");
    // From the text by Tab to what can be done with it.
    text.sendKeys(Keys.chord(Keys.SHIFT, Keys.TAB));
    assertEquals("save", browser.switchTo().activeElement().getDomAttribute("id"));
    assertEquals(List.of(), complaints());
  }

  /// What the browser has to say: scripts that fail, and what the policy forbids.
  private List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(e -> e.getLevel().intValue() >= Level.WARNING.intValue())
        .map(e -> e.getMessage())
        .toList();
  }

  /// Of the report with the widest encodings.
  @Test
  void onANarrowScreenNoReportScrollsWhereNoKeyboardReaches() {
    browser.manage().window().setSize(new Dimension(500, 900));
    browser.get(Path.of("reports", "IA32.html").toUri().toString());
    assertEquals(
        List.of(),
        browser.executeScript(
            """
            return [...document.querySelectorAll('*')]
              .filter(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0
                && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))
              .map(e => e.tagName);
            """));
  }
}
