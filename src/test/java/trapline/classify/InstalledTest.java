package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.lang.Loader;
import trapline.smt.SolverChoice;
import trapline.symbolic.Layout;

/// What is proven of `map` and `unmap`, and wrong ones that are refuted before any run.
final class InstalledTest {
  private static final String BUFFER = "third-generation-tlb.isa";
  private static final String TABLE = "third-generation-table.isa";

  @TempDir Path folder;

  @Test
  void aBufferThatSoftwareFillsIsKeptRight() {
    assertEquals(Optional.empty(), fault(BUFFER, text -> text));
  }

  @Test
  void aBufferOfManyEntriesIsKeptRight() {
    assertEquals(Optional.empty(), fault(BUFFER, InstalledTest::withMoreEntries));
  }

  @Test
  void aBufferOfManyEntriesOfWhichOneIsForgottenIsRefuted() {
    String why =
        fault(
                BUFFER,
                text ->
                    withMoreEntries(text)
                        .replace(
                            "unmap(va: Word) { for i in 0..15", "unmap(va: Word) { for i in 0..14"))
            .orElseThrow()
            .why();
    assertTrue(why.startsWith("after `unmap`"), why);
  }

  private static String withMoreEntries(String text) {
    return text.replace("tlb[4]", "tlb[16]")
        .replace("0..3 ", "0..15 ")
        .replace("victim : bits(2)", "victim : bits(4)");
  }

  @Test
  @Tag("slow")
  void aTableInStorageIsKeptRight() {
    assertEquals(Optional.empty(), fault(TABLE, text -> text));
  }

  /// Its addresses count bytes, its cells are words.
  @Test
  @Tag("slow")
  void aBufferBeforeDevicesIsKeptRight() {
    assertEquals(
        Optional.empty(),
        fault(last(Path.of("isa-specs/mips-r3000-board.isa"), Map.of("TLB", "4"))));
  }

  @Test
  void tablesOfWhichUnmapWritesTheUpperAreKeptRight() throws IOException {
    assertEquals(Optional.empty(), fault(model67(text -> text)));
  }

  @Test
  void anUpperTableOfWhichAnEntryIsForgottenIsRefuted() throws IOException {
    Machine forgetful =
        model67(text -> {
          assertTrue(text.contains("for i in 1..15"));
          return text.replace("for i in 1..15", "for i in 1..14");
        });
    String why = fault(forgetful).orElseThrow().why();
    assertTrue(why.startsWith("after `unmap()`"), why);
  }

  private Machine model67(UnaryOperator<String> change) throws IOException {
    Files.copy(Path.of("isa-specs/ibm-360.isa"), folder.resolve("ibm-360.isa"));
    Path file = folder.resolve("ibm-360-67.isa");
    Files.writeString(file, change.apply(Files.readString(Path.of("isa-specs/ibm-360-67.isa"))));
    return last(file, Map.of());
  }

  @Test
  void aMapThatForgetsProtectionIsRefuted() {
    String why = refuted(BUFFER, "write = how == Store,", "write = true,");
    assertTrue(why.contains("(store) traps on the bare machine and leads to cell"), why);
  }

  @Test
  void aMapOfTheWrongPageIsRefuted() {
    String why = refuted(BUFFER, "pfn = pa[9..4])", "pfn = pa[9..4] + 1)");
    assertTrue(why.startsWith("after `map`"), why);
  }

  @Test
  void aMapThatLeavesASecondEntryOfThePageIsRefuted() {
    String why =
        refuted(
            BUFFER,
            "for i in 0..3 { if tlb[i].vpn == va[9..4] { tlb[i].valid = false; } }\n      any",
            "any");
    assertTrue(why.startsWith("after `map`"), why);
  }

  @Test
  void anUnmapThatLeavesAnEntryIsRefuted() {
    String why = refuted(BUFFER, "unmap() { for i in 0..3 {", "unmap() { for i in 0..2 {");
    assertTrue(why.startsWith("after `unmap()`"), why);
  }

  @Test
  void anUnmapOfAnotherPageIsRefuted() {
    String why =
        refuted(
            BUFFER,
            "unmap(va: Word) { for i in 0..3 { if tlb[i].vpn == va[9..4] {",
            "unmap(va: Word) { for i in 0..3 { if tlb[i].vpn == va[8..3] {");
    assertTrue(why.startsWith("after `unmap`"), why);
  }

  @Test
  void aMapThatWritesBeyondItsTablesIsRefuted() {
    refuted(TABLE, "tables 16;", "tables 8;");
  }

  @Test
  void guestsThatBeginWithinAFrameAreRefuted() {
    String why =
        refuted(BUFFER, "where region.base[3..0] == 0 && region.size[3..0] == 0;", "where true;");
    assertTrue(why.contains("region base = "), why);
  }

  @Test
  void aStateWithoutARealOneIsNoFaultOnceItIsInterpreted() {
    UnaryOperator<String> small =
        text ->
            text.replace("psw.ie = true;", "psw.ie = true, tlb[0] = Entry(valid = true);")
                .replace("unmap() { for i in 0..3", "unmap() { for i in 1..3");
    assertTrue(fault(BUFFER, small).orElseThrow().refuted());
    UnaryOperator<String> interpreted =
        text ->
            small.apply(text).replace("    run   psw", "    interpret when true;\n    run   psw");
    String why = fault(BUFFER, interpreted).orElseThrow().why();
    assertTrue(why.contains("no real state runs a guest's"), why);
  }

  private String refuted(String file, String right, String wrong) {
    var fault =
        fault(
                file,
                text -> {
                  assertTrue(text.contains(right), right);
                  return text.replace(right, wrong);
                })
            .orElseThrow();
    assertTrue(fault.refuted(), fault::why);
    return fault.why();
  }

  private Optional<Composed.Fault> fault(String file, UnaryOperator<String> change) {
    return fault(machine(file, change));
  }

  private static Optional<Composed.Fault> fault(Machine machine) {
    try (var solver = SolverChoice.AUTO.open(java.time.Duration.ofSeconds(60))) {
      return Composed.of(Layout.of(machine), solver).fault(Property.GAP);
    }
  }

  private Machine machine(String file, UnaryOperator<String> change) {
    try {
      Path changed = folder.resolve(file);
      Files.writeString(changed, change.apply(Files.readString(Path.of("isa-specs", file))));
      return last(changed, Map.of("Q", "512"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// The last machine of the file that there is with those params.
  private static Machine last(Path file, Map<String, String> setting) {
    var loaded = Loader.load(List.of(file), List.of());
    var machines = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    return machines.machines().stream()
        .flatMap(m -> m.instances(setting).machines().stream())
        .reduce((_, later) -> later)
        .orElseThrow();
  }
}
