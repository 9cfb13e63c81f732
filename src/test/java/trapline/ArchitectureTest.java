package trapline;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The shape of the house: what may know what.
final class ArchitectureTest {
  /// From top to bottom. The root package, `trapline` itself, is the empty name.
  private static final List<String> ORDER =
      List.of(
          "cli",
          "jqwik",
          "lsp",
          "serve",
          "",
          "report",
          "validate",
          "emit",
          "vmm",
          "theorem",
          "cache",
          "classify",
          "symbolic",
          "smt",
          "machine",
          "codec",
          "edit",
          "lang",
          "isa",
          "bits",
          "diag");

  /// What ANTLR makes of `grammars/Isa.g4`.
  private static final String GRAMMAR = "trapline.lang.grammar";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("trapline");

  @Test
  void aPackageImportsOnlyPackagesBelowIt() {
    for (int i = 1; i < ORDER.size(); i++) {
      String[] above =
          ORDER.subList(0, i).stream().map(ArchitectureTest::full).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(full(ORDER.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    Set<String> known = new TreeSet<>();
    ORDER.forEach(p -> known.add(full(p)));
    known.add(GRAMMAR);
    Set<String> present = new TreeSet<>();
    CLASSES.stream().map(JavaClass::getPackageName).forEach(present::add);
    present.removeAll(known);
    assertEquals(Set.of(), present);
  }

  @Test
  void onlyTheFrontEndKnowsTheGeneratedParser() {
    noClasses()
        .that()
        .resideOutsideOfPackages("trapline.lang", GRAMMAR)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(GRAMMAR)
        .check(CLASSES);
  }

  @Test
  void theConcreteMachineKnowsNoSolver() {
    noClasses()
        .that()
        .resideInAnyPackage("trapline.machine", "trapline.codec", "trapline.lang")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("trapline.smt", "trapline.symbolic", "com.microsoft.z3..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void theSolverPortKnowsNoModel() {
    noClasses()
        .that()
        .resideInAPackage("trapline.smt")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("trapline.isa", "trapline.machine", "trapline.codec", "trapline.lang")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrintsReadsTheClockOrExits() {
    noClasses()
        .that()
        .resideOutsideOfPackage("trapline.cli")
        .should()
        .accessTargetWhere(printsReadsTheClockOrExits())
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    Set<String> silent = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/trapline"))) {
      for (Path folder : files.filter(Files::isDirectory).toList()) {
        boolean hasClasses;
        try (Stream<Path> entries = Files.list(folder)) {
          hasClasses = entries.anyMatch(f -> f.toString().endsWith(".java"));
        }
        Path info = folder.resolve("package-info.java");
        if (hasClasses
            && !(Files.exists(info)
                && Files.readString(info).startsWith("///")
                && Files.readString(info).contains("@org.jspecify.annotations.NullMarked"))) {
          silent.add(folder.toString());
        }
      }
    }
    assertEquals(Set.of(), silent);
    assertTrue(CLASSES.size() > 10);
  }

  private static String full(String name) {
    return name.isEmpty() ? "trapline" : "trapline." + name;
  }

  private static DescribedPredicate<JavaAccess<?>> printsReadsTheClockOrExits() {
    Set<String> calls =
        Set.of("exit", "currentTimeMillis", "nanoTime", "getenv", "console", "setOut", "setErr");
    Set<String> streams = Set.of("out", "err", "in");
    return describe(
        "print, read the clock or exit",
        access -> {
          AccessTarget target = access.getTarget();
          JavaClass owner = target.getOwner();
          String name = target.getName();
          return owner.isEquivalentTo(System.class)
                  && (calls.contains(name) || streams.contains(name))
              || owner.isEquivalentTo(Runtime.class) && (name.equals("exit") || name.equals("halt"))
              || name.equals("now")
                  && (owner.isEquivalentTo(Instant.class)
                      || owner.getPackageName().equals("java.time"))
              || owner.isAssignableTo(Clock.class) && name.startsWith("system");
        });
  }
}
