package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VmmTest {
  private static final String GUESTS = "isa-specs/guests/";

  @Test
  void aGuestRunsNestedAndSideBySide() {
    Session session =
        Session.of(
            "vmm",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=512",
            "--guest",
            GUESTS + "third-generation/system.asm",
            "--guest-set",
            "Q=256",
            "--guests",
            "2",
            "--nest",
            "3",
            "--steps",
            "3000");
    assertEquals(0, session.code(), session::toString);
    assertEquals(2, session.out().split("the same as on the bare machine", -1).length - 1);
  }

  @Test
  void jrst1IsSeenToDivergeUnlessItIsInterpreted() {
    String[] line = {
      "vmm", "isa-specs/pdp-10.isa", "--guest", GUESTS + "pdp-10/calls.asm", "--steps", "5000"
    };
    Session diverges = Session.of(line);
    assertEquals(1, diverges.code(), diverges::toString);
    assertTrue(diverges.out().contains("differs: pcw.user"), diverges::toString);
    assertTrue(diverges.out().contains("jrst 0o1, 0(ac6)"), diverges::toString);
    String[] hybrid = java.util.Arrays.copyOf(line, line.length + 1);
    hybrid[line.length] = "--hybrid";
    Session same = Session.of(hybrid);
    assertEquals(0, same.code(), same::toString);
    assertTrue(same.out().contains("to its end: halted"), same::toString);
  }

  @Test
  void aWrongShadowIsRefutedBeforeAnyRun(@TempDir Path folder) throws IOException {
    Path wrong = folder.resolve("wrong.isa");
    Files.writeString(
        wrong,
        Files.readString(Path.of("isa-specs/third-generation.isa"))
            .replace("= virt.psw.base + region.base;", "= virt.psw.base;"));
    Session session = Session.of("validate", wrong.toString(), "--set", "Q=256");
    assertEquals(1, session.code(), session::toString);
    assertTrue(session.out().contains("refuted  the vmm block, trap-and-emulate"));
    assertTrue(session.out().contains("proved wrong before any run: V[0]"), session::toString);
    assertFalse(session.out().contains("random programs"), session::toString);
  }

  @Test
  void givenProgramsAreValidated() {
    Session session =
        Session.of(
            "validate",
            "isa-specs/third-generation.isa",
            "--guest",
            GUESTS + "third-generation/kernel.asm",
            "--guest",
            GUESTS + "third-generation/system.asm",
            "--steps",
            "2000");
    assertEquals(0, session.code(), session::toString);
    assertEquals(4, session.out().split("kernel.asm, ", -1).length - 1, session::toString);
    assertEquals(8, session.out().split("system.asm, ", -1).length - 1, session::toString);
    assertTrue(session.out().contains("to its end: halted"), session::toString);
  }

  @Test
  void programsBesideADescriptionAreValidatedAndTheJsonKeepsItsSchema() throws IOException {
    Session session =
        Session.of(
            "validate",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=256",
            "--steps",
            "2000",
            "--format",
            "json");
    assertTrue(session.out().contains("system.asm, trap-and-emulate"), session::toString);
    try (InputStream in = VmmTest.class.getResourceAsStream("/trapline/validation.schema.json")) {
      String schema =
          new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(
          List.of(),
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(schema)
              .validate(session.out(), InputFormat.JSON));
    }
  }

  @Test
  void whatTheMonitorDoesCanBeRead() {
    Session session =
        Session.of(
            "vmm",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=512",
            "--guest",
            GUESTS + "third-generation/kernel.asm",
            "--trace");
    assertEquals(0, session.code(), session::toString);
    assertTrue(session.err().contains("emulates  stm r1   (privop)"), session::toString);
    assertTrue(session.err().contains("reflects  svc("), session::toString);
    assertTrue(session.out().contains("printed   AbAbAbAbAbbb!."), session::toString);
  }
}
