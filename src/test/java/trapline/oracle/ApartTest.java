package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.classify.Classes;
import trapline.classify.Classifier;
import trapline.classify.Context;
import trapline.classify.Definitions;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;

/// Classes under the hypothesis that tables lie apart are those that enumeration finds among the
/// states in which they do.
final class ApartTest {
  /// The table of two entries, each a valid bit and a cell, lies in storage, where `root` says.
  private static final String TABLES =
      """
      machine Tables {
        enum Mode : bits(1) { S = 0, U = 1 }
        struct PSW : bits(2) { 1 mode : Mode role M; 0 pc role P; }
        reg psw  : PSW;
        reg acc  : bits(3) role E;
        reg root : bits(1) role R;
        reg iw   : bits(3) role E;
        memory E[4] : bits(3) role E;
        space V(a: bits(1)) on E {
          let entry = E[root ++ a];
          if entry[2] == 0 { trap absent; }
          return entry[1..0];
        }
        trap enter(code: bits(2)) { psw.mode = S; }
        traps via enter {
          1 absent : memory;
          2 privop : privilege;
        }
        fetch ir : bits(3) = iw then psw.pc = psw.pc + 1;
        guard supervisor { if psw.mode != S { trap privop; } }
        instr ld   [0b000] "ld"   { acc = V[0]; }
        instr st   [0b001] "st"   { V[0] = acc; }
        instr sld  [0b010] "sld"  { V[1] = acc; acc = V[0]; }
        instr peek [0b011] "peek" { acc = E[zext(root, 2) + 2]; }
        instr poke [0b100] "poke" requires supervisor { E[zext(root, 2)] = acc; }
        instr cond [0b101] "cond" { if psw.mode == U { V[0] = acc; } }
        reserved { }
        assume always : apart(V);
        assume users  : apart(V) when psw.mode == U;
      }
      """;

  private static final Machine MACHINE = Texts.load(TABLES);

  private static final Machine DEVICES = Texts.load(TinyMachines.DEVICES);

  @Test
  void devicesInStorage() {
    List<Classes> classes = agree(DEVICES, List.of("always"), ApartTest::isStorage);
    assertTrue(of(classes, "ld").finding(Property.INNOCUOUS).isHolds());
    assertTrue(of(classes, "move").finding(Property.INNOCUOUS).isHolds());
    assertTrue(of(classes, "named").finding(Property.BEHAVIOR_SENSITIVE).isHolds());
  }

  @Test
  void devicesInUsersStorage() {
    List<Classes> classes =
        agree(DEVICES, List.of("users"), state -> state.values[0] == 0 || isStorage(state));
    assertTrue(of(classes, "ld").finding(Property.CONTROL_SENSITIVE).isHolds());
    assertTrue(of(classes, "ld").finding(Property.USER_SENSITIVE).isFails());
    assertTrue(of(classes, "ldp").finding(Property.PRIVILEGED).isHolds());
  }

  /// Told here for this machine.
  private static boolean isStorage(Cells state) {
    int base = (int) state.values[3];
    int bound = (int) state.values[4];
    for (int a = 0; a < Math.min(2, bound); a++) {
      if (a + base == 2 || a + base == 3) {
        return false;
      }
    }
    return true;
  }

  @Test
  void withoutIt() {
    List<Classes> classes = agree(List.of(), state -> true);
    assertTrue(of(classes, "st").finding(Property.LOCATION_SENSITIVE).isHolds());
    assertTrue(of(classes, "st").finding(Property.USER_SENSITIVE).isHolds());
  }

  @Test
  void inAllStates() {
    List<Classes> classes = agree(List.of("always"), ApartTest::isApart);
    assertTrue(of(classes, "st").finding(Property.INNOCUOUS).isHolds());
    assertTrue(of(classes, "sld").finding(Property.INNOCUOUS).isHolds());
    assertTrue(of(classes, "peek").finding(Property.LOCATION_SENSITIVE).isHolds());
    assertEquals(0, of(classes, "ld").bySolver() - of(withoutHypothesis(), "ld").bySolver());
  }

  @Test
  void inUsersStates() {
    List<Classes> classes =
        agree(List.of("users"), state -> (state.values[0] & 2) == 0 || isApart(state));
    assertTrue(of(classes, "st").finding(Property.LOCATION_SENSITIVE).isHolds());
    assertFalse(of(classes, "st").finding(Property.USER_SENSITIVE).isHolds());
    assertTrue(of(classes, "st").finding(Property.USER_SENSITIVE).isFails());
  }

  /// Told here for this machine, not by what the executor notes of reads.
  private static boolean isApart(Cells state) {
    int root = (int) state.values[2];
    int storage = 4;
    for (int a = 0; a < 2; a++) {
      int entry = (int) state.values[storage + 2 * root + a];
      if ((entry & 4) != 0 && (entry & 3) / 2 == root) {
        return false;
      }
    }
    return true;
  }

  /// On this machine each of its programs is led to a device by every address that leads anywhere.
  @Test
  void whatLeavesNoStateShowsNothing() throws InterruptedException {
    Machine machine =
        Texts.load(
            TinyMachines.DEVICES
                .replace("return p[1..0];", "return 3;")
                .replace("if zext(a, 2) >= bound { trap storage; }", "")
                .replace("if p >= 4 { trap storage; }", "")
                .replace(
                    "assume users ",
                    "expect machine under always : vmm, hvmm;\n"
                        + "expect ld under users : innocuous;\n"
                        + "assume users "));
    Analysis analysis = Analyzer.analyze(machine, Options.defaults(), Progress.NONE);
    assertEquals(
        List.of("undecided", "undecided"),
        analysis.expectations().stream().map(o -> o.verdict().word()).toList());
    assertEquals(
        List.of(
            "vacuous: they leave no state in a supervisor mode",
            "vacuous: they leave no state in a user mode"),
        analysis.expectations().stream().map(o -> o.dissents().getFirst().found()).toList());
  }

  private static List<Classes> withoutHypothesis() {
    return classify(MACHINE, List.of());
  }

  private static List<Classes> agree(List<String> under, Predicate<Cells> considered) {
    return agree(MACHINE, under, considered);
  }

  private static List<Classes> agree(
      Machine machine, List<String> under, Predicate<Cells> considered) {
    BruteForce.Answer mine = BruteForce.decide(machine, BruteForce.Options.STANDARD, considered);
    List<Classes> classes = classify(machine, under);
    List<String> wrong = new ArrayList<>();
    for (Classes row : classes) {
      Map<Property, Verdict> verdicts = mine.rows().get(row.row().name());
      row.findings()
          .forEach((property, finding) -> {
            if (verdicts.containsKey(property)
                && (finding.isUndecided() || finding.isHolds() != verdicts.get(property).holds())) {
              wrong.add(row.row().name() + " " + property + ": " + finding.verdict());
            }
          });
    }
    assertEquals(List.of(), wrong);
    return classes;
  }

  private static Classes of(List<Classes> classes, String row) {
    return classes.stream().filter(c -> c.row().name().equals(row)).findFirst().orElseThrow();
  }

  private static List<Classes> classify(Machine machine, List<String> under) {
    List<Classes> classes = new ArrayList<>();
    try (Solver solver = SolverChoice.Z3.open(java.time.Duration.ofSeconds(20));
        Solver checker = SolverChoice.Z3.open(java.time.Duration.ofSeconds(20))) {
      Context context =
          Context.of(machine, Definitions.STANDARD, solver)
              .under(
                  machine.assumptions().stream().filter(a -> under.contains(a.name())).toList(),
                  EnumSet.allOf(Property.class));
      List<Instruction> all = new ArrayList<>(machine.instructions());
      all.add(machine.reserved());
      for (Instruction i : all) {
        for (Instruction.Row r : i.rows()) {
          classes.add(Classifier.classify(context, i, r, solver, checker));
        }
      }
    }
    return classes;
  }
}
