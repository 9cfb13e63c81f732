package trapline.lang;

import java.util.List;
import java.util.Map;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.isa.Machine;

/// A small complete machine, with room for the text under test.
final class ElaboratorFixture {
  private static final String MACHINE =
      """
      machine T {
        enum Mode : bits(1) { S = 0, U = 1 }
        enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }
        struct PSW : bits(16) { 15 mode : Mode role M; 14 ie : bool role R; 13..8 = 0; 7..0 pc role P; }
        reg psw : PSW reset 0;
        reg r[4] : bits(16) role E names "r0", "r1", "r2", "r3";
        reg limit : bits(8) role R;
        memory E[256] : bits(16) role E;
        device tty { out tx : bits(8); in rx : bits(9); }
        space V(a: bits(8), how: Access) on E { if a >= limit { trap storage(a); } return a; }
        trap swap(code: bits(8), info: bits(16)) { E[0] = psw; E[2] = zext(code); E[3] = info; psw = E[1]; }
        traps via swap {
          1 storage(a: bits(8)) : memory;
          2 bad(w: bits(16)) : illegal;
          3 priv : privilege;
          4 key : interrupt when tty.rx[8] == 1 && psw.ie;
        }
        fetch ir : bits(16) = V[psw.pc] then psw.pc = psw.pc + 1;
        guard sup { if psw.mode != S { trap priv; } }
        instr nop [0:16] "nop" requires sup { }
        reserved { trap bad(ir); }
        %s
      }
      """;

  private ElaboratorFixture() {}

  static String text(String items) {
    return MACHINE.formatted(items);
  }

  /// The diagnostics of the machine with these items.
  static List<Diagnostic> items(String items) {
    return elaborate(MACHINE.formatted(items), "T", Map.of()).diagnostics();
  }

  /// The diagnostics of the machine with an instruction `t`, operand `a` of two bits, with this
  /// body.
  static List<Diagnostic> body(String statements) {
    return items(instruction(statements));
  }

  static String instruction(String statements) {
    return "instr t [0x10 a:2 0:6] \"t {a:r}\" { let used = a; " + statements + " }";
  }

  /// The machine with these items, which must be sound.
  static Machine machine(String items) {
    return machine(MACHINE.formatted(items), "T", Map.of());
  }

  static Machine machine(String text, String name, Map<String, String> setting) {
    var made = elaborate(text, name, setting);
    if (made.machines().isEmpty()) {
      throw new AssertionError(made.diagnostics().toString());
    }
    return made.machines().getFirst();
  }

  static Elaborator.Elaboration elaborate(String text, String name, Map<String, String> setting) {
    return switch (Loader.loadText(new SourceFile("t.isa", text))) {
      case Loader.Loaded.Rejected(List<Diagnostic> diagnostics) ->
          throw new AssertionError(diagnostics.toString());
      case Loader.Loaded.Machines(var machines, var _) ->
          machines.stream()
              .filter(m -> m.name().equals(name))
              .findFirst()
              .orElseThrow()
              .instances(setting);
    };
  }
}
