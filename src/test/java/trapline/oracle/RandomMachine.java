package trapline.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// The text of a random tiny machine, so that the whole front end is exercised too.
///
/// Random are the layout of the state (one struct or separate registers, roles, modes), the
/// translation, the table of traps, the encodings and the bodies. The state has at most `bits`
/// bits. Every text is meant to be accepted; what it means is left to chance, sense included.
final class RandomMachine {
  /// As many bits as a state may have so that all of them are run in some milliseconds.
  static final int STATE_BITS = 14;

  /// Something that a body can read: an expression and its width.
  private record Atom(String text, int width) {}

  /// Something that a body can write.
  private record Target(String text, int width) {}

  private final Random random;

  /// What is tried beside the plain: with `wide`, loops, `execute`, and monitors of machines with a
  /// clock; with `loose`, `any`, `unpredictable` and `unspecified fn`. With `lengths`, instructions
  /// of one unit and of two. With `devices`, the last cell of storage is a device's register.
  record Reach(boolean wide, boolean loose, boolean lengths, boolean devices) {
    static final Reach ALL = new Reach(true, true, false, false);
    static final Reach LENGTHS = new Reach(true, true, true, false);
    static final Reach DEVICES = new Reach(true, true, false, true);

    Reach(boolean wide, boolean loose) {
      this(wide, loose, false, false);
    }
  }

  private final boolean wide;
  private final boolean loose;
  private final boolean lengths;
  private final boolean devices;

  private final StringBuilder text = new StringBuilder();
  private int indent;

  private int bits;
  private int cell;
  private int cells;
  private int indexWidth;
  private int address;
  private int pc;
  private int word;
  private int modes;
  private boolean modeItems;
  private String supervisorTest = "";
  private String userTest = "";
  private String modeBits = "";
  private boolean space;
  private boolean second;
  private boolean physicalIndex;
  private boolean function;
  private boolean executes;

  /// How many bits an `unspecified fn u` takes and gives; 0 if there is none.
  private int taken;

  private int given;

  /// How many `any` an instruction may still have.
  private int choices;

  /// The fields of the struct; width 0 for the mode when it is an enumeration.
  private final List<Target> struct = new ArrayList<>();

  private boolean outPort;
  private int inPort;
  private String prefix = "";

  private final List<Atom> atoms = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();
  private final List<String> booleans = new ArrayList<>();
  private final List<Target> files = new ArrayList<>();
  private int temporaries;
  private boolean mayInput;

  private RandomMachine(Random random, Reach reach) {
    this.random = random;
    this.wide = reach.wide;
    this.lengths = reach.lengths;
    this.devices = reach.devices;
    this.loose = reach.loose && chance(50);
  }

  static Arbitrary<String> texts(int bits, Reach reach) {
    return Arbitraries.randomValue(random -> text(random, bits, reach));
  }

  static String text(Random random, int bits, Reach reach) {
    while (true) {
      RandomMachine machine = new RandomMachine(random, reach);
      machine.machine();
      if (machine.bits <= bits) {
        return machine.text.toString();
      }
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int among(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String one(String... list) {
    return list[random.nextInt(list.length)];
  }

  private void line(String format, Object... arguments) {
    text.append("  ".repeat(indent)).append(String.format(format, arguments)).append('\n');
  }

  private void open(String format, Object... arguments) {
    line(format + " {", arguments);
    indent++;
  }

  private void close() {
    indent--;
    line("}");
  }

  // ---------------------------------------------------------------------------------------- state

  private record Field(String name, String type, int width, String role) {}

  private void machine() {
    cell = among(1, 3);
    cells = devices ? 4 : one(List.of(2, 2, 4, 4, 4, 3, 8));
    indexWidth = cells <= 2 ? 1 : cells <= 4 ? 2 : 3;
    address = among(1, Math.min(3, indexWidth + 1));
    pc = among(1, 2);
    modes = one(List.of(2, 2, 2, 2, 3, 4));
    modeItems = modes > 2 || chance(15);
    space = devices || chance(93);
    executes = wide && chance(6);
    int fetch = among(0, 9);
    boolean fetchRegister = fetch < 6 || cell == 1;
    boolean fetchSpace = !fetchRegister && space && fetch < 9;
    if (lengths) {
      cell = among(2, 3);
      fetchRegister = false;
      fetchSpace = space && fetch < 8;
    }
    word = fetchRegister ? among(2, 4) : lengths ? 2 * cell : cell;
    int kind = among(0, 14);

    open("machine Random");
    line("type Word = bits(%d);", cell);
    if (!modeItems) {
      boolean reversed = chance(25);
      line(
          "enum Mode : bits(1) { %s }",
          reversed ? (chance(50) ? "S = 1, U = 0" : "U = 0, S = 1") : "S = 0, U = 1");
    }
    if (chance(60)) {
      line("enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }");
    } else {
      line("enum Access : bits(2) { Load = 0, Store = 1, Fetch = 3 }");
    }

    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field("mode", modeItems ? bitsOf(modes > 2 ? 2 : 1) : "Mode", modes > 2 ? 2 : 1, "M"));
    fields.add(new Field("pc", bitsOf(pc), pc, "P"));
    boolean base = space && kind >= 2;
    boolean bound = space && (kind == 3 || kind == 6 || kind == 9 || chance(15));
    boolean enable = space && (kind == 11 || chance(12));
    if (base) {
      fields.add(new Field("base", bitsOf(indexWidth), indexWidth, kind == 10 ? "E" : "R"));
    }
    if (bound) {
      fields.add(new Field("bound", bitsOf(address), address, "R"));
    }
    if (enable) {
      fields.add(new Field("en", "bits(1)", 1, "R"));
    }
    if (chance(25)) {
      fields.add(new Field("ie", chance(50) ? "bool" : "bits(1)", 1, chance(80) ? "R" : "E"));
    }
    if (chance(20)) {
      int width = among(1, 2);
      fields.add(new Field("clk", bitsOf(width), width, "clock"));
    }
    if (chance(40)) {
      fields.add(new Field("flag", "bits(1)", 1, chance(85) ? "E" : "R"));
    }
    declare(fields);

    if (chance(45)) {
      register("acc", cell, "E");
      atoms.add(new Atom("acc", cell));
      targets.add(new Target("acc", cell));
    } else if (chance(60)) {
      line("reg r[2] : Word role E;");
      bits += 2 * cell;
      for (int i = 0; i < 2; i++) {
        atoms.add(new Atom("r[" + i + "]", cell));
        targets.add(new Target("r[" + i + "]", cell));
      }
      files.add(new Target("r", cell));
    }
    boolean table = space && kind == 7;
    if (table) {
      line("reg tab[2] : bits(%d) role R;", indexWidth + 1);
      bits += 2 * (indexWidth + 1);
      atoms.add(new Atom("tab[0]", indexWidth + 1));
      targets.add(new Target("tab[1]", indexWidth + 1));
      files.add(new Target("tab", indexWidth + 1));
    }
    if (fetchRegister) {
      register("iw", word, "E");
    }
    List<Atom> held = List.copyOf(atoms);
    line("memory E[%d] : Word role E;", cells);
    bits += cells * cell;
    physicalIndex = cells != 3;
    device();
    if (modeItems) {
      modeItems();
    }
    conditions.add(supervisorTest);
    conditions.add(userTest);

    traps();
    if (space) {
      second = chance(12);
      space("V", kind, base, bound, enable);
      if (second) {
        space("X", among(0, 1), base, bound, enable);
      }
    }
    if (devices) {
      register(held);
    }
    String at =
        pc == address
            ? name("pc")
            : pc < address ? "zext(" + name("pc") + ")" : name("pc") + "[" + (address - 1) + "..0]";
    String physical =
        pc == indexWidth
            ? name("pc")
            : pc < indexWidth
                ? "zext(" + name("pc") + ", " + indexWidth + ")"
                : name("pc") + "[" + (indexWidth - 1) + "..0]";
    if (indexWidth == 1 && pc > 1) {
      physical = name("pc") + "[0]";
    }
    if (address == 1 && pc > 1) {
      at = name("pc") + "[0]";
    }
    if (!physicalIndex && !fetchSpace) {
      physical = "1";
    }
    String read = fetchRegister ? "iw" : fetchSpace ? "V[" + at + "]" : "E[" + physical + "]";
    line(
        "fetch ir : bits(%d)%s = %s then %s = %s + 1;",
        lengths ? cell : word, lengths ? " to " + word : "", read, name("pc"), name("pc"));
    if (chance(20)) {
      line("after { }");
    }
    unspecified();
    function();
    line("guard sup { if %s { trap priv; } }", chance(80) ? userTest : condition(0));
    encodings();
    boolean clock = fields.stream().anyMatch(f -> f.role.equals("clock"));
    if (space && cells * cell <= 6 && (wide || !clock) && chance(40)) {
      monitor(fields, base, bound);
    }
    open("reserved");
    if (chance(80)) {
      line("trap ill;");
    } else {
      body(1);
    }
    close();
    close();
  }

  /// What a monitor would do, often wrong or not enough.
  private void monitor(List<Field> fields, boolean base, boolean bound) {
    open("vmm");
    String target =
        switch (modes) {
          case 2 -> "U";
          case 3 -> "U";
          default -> one("D", "D", "C");
        };
    String from =
        switch (modes) {
          case 2 -> "S";
          case 3 -> one("K", "K, S", "S");
          default -> one("A", "A, B", "B");
        };
    boolean rings = modes > 2 && chance(40);
    if (rings) {
      line(modes == 3 ? "deprivilege K to S;" : "deprivilege A to B;");
      line(modes == 3 ? "deprivilege U to U;" : one("deprivilege D to D;", "deprivilege C to D;"));
    } else {
      line("deprivilege %s to %s;", from, target);
    }
    boolean whole = chance(60);
    if (whole) {
      line("where region.base == 0 && region.size == %d;", cells);
    } else if (chance(15)) {
      line("where region.base == 0;");
    }
    List<String> run = new ArrayList<>();
    if (!rings && chance(85)) {
      String number =
          modes == 2 ? "1" : modes == 3 ? one("2", "3") : target.equals("D") ? "0" : "1";
      run.add(name("mode") + " = " + (modeItems ? number : "U"));
    }
    List<String> virtual = new ArrayList<>();
    List<String> configured = new ArrayList<>();
    for (Field f : fields) {
      boolean control = f.role.equals("R") || f.role.equals("clock");
      if (f.name.equals("mode")) {
        if (chance(90)) {
          virtual.add(name("mode"));
        }
      } else if (f.name.equals("base") && base && f.role.equals("R") && chance(85)) {
        String virt = "virt." + name("base");
        line(
            "shadow %s = %s;",
            name("base"),
            one(
                virt + " + region.base",
                virt + " + region.base",
                virt + " ^ region.base",
                whole ? virt : "region.base",
                virt));
      } else if (f.name.equals("bound") && bound && chance(85)) {
        String virt = "virt." + name("bound");
        line(
            "shadow %s = %s;",
            name("bound"),
            one(
                "min(" + virt + ", region.size)",
                "min(" + virt + ", region.size)",
                virt,
                whole ? virt : "region.size",
                "0"));
      } else if (f.role.equals("R") && chance(45)) {
        configured.add(name(f.name));
      } else if (control && chance(60)) {
        virtual.add(name(f.name));
        if (chance(40)) {
          run.add(
              name(f.name)
                  + " = "
                  + (f.type.equals("bool") ? one("true", "false") : literal(f.width)));
        }
      }
    }
    if ((inPort > 0 || outPort) && chance(60)) {
      virtual.add("d");
    }
    if (!run.isEmpty()) {
      line("run %s;", String.join(", ", run));
    }
    if (!virtual.isEmpty()) {
      line("virtual %s;", String.join(", ", virtual));
    }
    if (!configured.isEmpty()) {
      line("configure %s;", String.join(", ", configured));
    }
    close();
  }

  private static String bitsOf(int width) {
    return "bits(" + width + ")";
  }

  private String name(String field) {
    return prefix + field;
  }

  private void register(String name, int width, String role) {
    line("reg %s : bits(%d) role %s;", name, width, role);
    bits += width;
  }

  private void declare(List<Field> fields) {
    List<Field> order = new ArrayList<>(fields);
    java.util.Collections.shuffle(order, random);
    boolean together = chance(60);
    if (together) {
      prefix = "psw.";
      int width = order.stream().mapToInt(f -> f.width).sum();
      boolean hole = chance(30);
      int at = width + (hole ? 1 : 0);
      int holeAfter = hole ? random.nextInt(order.size()) : -1;
      open("struct PSW : bits(%d)", at);
      for (int i = 0; i < order.size(); i++) {
        Field f = order.get(i);
        String range = f.width == 1 ? "" + (at - 1) : (at - 1) + ".." + (at - f.width);
        String type = f.type.startsWith("bits") ? "" : " : " + f.type;
        line("%s %s%s role %s;", range, f.name, type, f.role);
        at -= f.width;
        if (i == holeAfter) {
          line("%d = %d;", at - 1, random.nextInt(2));
          at--;
        }
      }
      close();
      line("reg psw : PSW;");
      for (Field f : order) {
        if (!f.type.equals("bool")) {
          struct.add(new Target(f.name, f.type.equals("Mode") ? 0 : f.width));
        }
      }
    } else {
      for (Field f : order) {
        line("reg %s : %s role %s;", f.name, f.type, f.role);
      }
    }
    for (Field f : order) {
      bits += f.width;
      String name = name(f.name);
      if (f.type.equals("Mode")) {
        modeBits = "raw(" + name + ")";
        atoms.add(new Atom(modeBits, 1));
        supervisorTest = name + " == S";
        userTest = chance(50) ? name + " == U" : name + " != S";
      } else if (f.type.equals("bool")) {
        conditions.add(name);
        booleans.add(name);
      } else {
        atoms.add(new Atom(name, f.width));
        targets.add(new Target(name, f.width));
        if (f.name.equals("mode")) {
          modeBits = name;
        }
      }
    }
  }

  private void modeItems() {
    String m = modeBits;
    if (modes == 2) {
      line("mode S when %s == 0;", m);
      line("mode U when %s == 1;", m);
      supervisorTest = m + " == 0";
      userTest = m + " == 1";
    } else if (modes == 3) {
      line("mode K when %s == 0;", m);
      line("mode S when %s == 1;", m);
      line("mode U when %s >= 2;", m);
      supervisorTest = one(m + " == 0", m + " <= 1");
      userTest = one(m + " != 0", m + " >= 2");
    } else {
      line("mode A when %s == 3;", m);
      line("mode B when %s == 2;", m);
      line("mode C when %s == 1;", m);
      line("mode D when %s == 0;", m);
      supervisorTest = one(m + " == 3", m + " >= 2");
      userTest = one(m + " != 3", m + " <= 1", m + " == 0");
    }
  }

  private void device() {
    if (!chance(18)) {
      return;
    }
    outPort = chance(65);
    inPort = !outPort || chance(50) ? among(1, 2) : 0;
    open("device d");
    if (outPort) {
      line("out tx : bits(%d);", cell);
    }
    if (inPort > 0) {
      line("in rx : bits(%d);", inPort);
    }
    close();
    bits += inPort;
  }

  /// The last cell, as a device's register over registers and ports.
  private void register(List<Atom> held) {
    open("bank io on E");
    open("%d d0", cells - 1);
    line("get { return %s; }", placed(one(held), cell));
    open("set(v)");
    Atom v = new Atom("v", cell);
    if (chance(75)) {
      Target t = one(targets);
      line("%s = %s;", t.text, placed(chance(80) ? v : one(held), t.width));
    }
    if (outPort && chance(75)) {
      line("d.tx = %s;", placed(v, cell));
    }
    close();
    close();
    close();
  }

  private void traps() {
    open("trap entry(code: bits(3), info: Word)");
    if (chance(20)) {
      line("E[%d] = %s;", random.nextInt(2), placed(new Atom(name("pc"), pc), cell));
    }
    if (chance(25)) {
      line("let t = E[%d];", random.nextInt(2));
      line("%s = %s;", name("pc"), placed(new Atom("t", cell), pc));
    } else if (chance(80)) {
      line("%s;", one(name("pc") + " = 0", name("pc") + " = 1"));
    }
    if (!modeItems && chance(30)) {
      line("%s = S;", name("mode"));
    }
    if (physicalIndex && chance(30)) {
      line("E[0] = info;");
    }
    close();
    open("traps via entry");
    line("1 storage : memory;");
    line("2 priv : privilege;");
    line("3 ill : illegal;");
    line("4 prog(x: Word) : program;");
    line("5 svc : call;");
    close();
  }

  // ---------------------------------------------------------------------------------- translation

  /// Of the address, widened or narrowed to the width of an index.
  private String placed(String a, int from, int to) {
    if (from == to) {
      return a;
    }
    return from < to ? "zext(" + a + ", " + to + ")" : low(a, to);
  }

  private static String low(String a, int width) {
    return width == 1 ? a + "[0]" : a + "[" + (width - 1) + "..0]";
  }

  private void space(String name, int kind, boolean base, boolean bound, boolean enable) {
    boolean how = chance(35) || kind == 9;
    open("space %s(a: bits(%d)%s) on E", name, address, how ? ", how: Access" : "");
    String a = placed("a", address, indexWidth);
    if (bound && chance(80)) {
      line(
          "if a %s %s { trap %s; }",
          one(">=", ">"), name("bound"), one("storage", "storage", "storage", "priv"));
    }
    if (how && chance(60)) {
      line(
          "if how == %s && %s { trap %s; }",
          one("Store", "Load", "Fetch"),
          one("a == 1", supervisorTest, userTest, "a[0] == 0"),
          one("storage", "storage", "priv"));
    }
    if (!physicalIndex) {
      checked(kind, base, a);
      close();
      return;
    }
    if (enable && chance(80)) {
      line("if %s == 0 { return %s; }", name("en"), a);
    }
    if (how && base && chance(40)) {
      line("if how == %s { return %s; }", one("Store", "Load", "Fetch"), a);
    }
    String b = base ? name("base") : "";
    switch (kind) {
      case 0, 1 -> line("return %s;", one(a, a, "~" + a, indexWidth > 1 ? a + " & 1" : a));
      case 2, 3, 10, 11, 12 -> line("return %s + %s;", a, b);
      case 4 -> line("return %s & %s;", a, b);
      case 5 -> line("return %s ^ %s;", a, b);
      case 6 -> {
        line("if %s { return %s; }", supervisorTest, a);
        line("return %s + %s;", a, b);
      }
      case 7 -> {
        line("let t = tab[%s];", low("a", 1));
        if (chance(70)) {
          line("if t[%d] == 0 { trap storage; }", indexWidth);
        }
        line("return %s;", low("t", indexWidth));
      }
      case 8 -> {
        line("let t = E[%s];", b);
        if (cell < indexWidth) {
          line("return zext(t, %d) ^ %s;", indexWidth, a);
        } else {
          line("return %s;", placed("t", cell, indexWidth));
        }
      }
      case 9 -> {
        line("var p = %s;", a);
        line("if how == %s { p = p + %s; }", one("Store", "Load", "Fetch"), b);
        line("return p;");
      }
      case 13 -> line("return if %s then %s else %s;", userTest, a + " + " + b, one(a, b));
      case 14 -> {
        line("let wide = zext(%s, %d) + zext(%s, %d);", a, indexWidth + 1, b, indexWidth + 1);
        line("if wide[%d] == 1 { trap storage; }", indexWidth);
        line("return %s;", low("wide", indexWidth));
      }
      default -> throw new IllegalStateException("space kind " + kind);
    }
    close();
  }

  /// With a number of cells that is no power of two, every way to an index is checked.
  private void checked(int kind, boolean base, String a) {
    String b = base && kind != 7 && kind != 8 ? name("base") : "0";
    if (kind == 6) {
      line("if %s && %s < 3 { return %s; }", supervisorTest, a, a);
    }
    line("let p = %s + %s;", a, b);
    line("if p >= 3 { trap storage; }");
    line("return p;");
  }

  // --------------------------------------------------------------------------------- instructions

  private void function() {
    function = chance(25);
    if (!function) {
      return;
    }
    open("fn f(x: Word) -> Word");
    atoms.add(new Atom("x", cell));
    if (chance(50)) {
      line(
          "if %s { %s }",
          condition(1), one("return " + expr(cell, 1) + ";", "trap prog(x);", "trap storage;"));
    }
    line("return %s;", expr(cell, 2));
    atoms.removeLast();
    close();
  }

  /// What the maker of the machine chose, and may have to satisfy.
  private void unspecified() {
    if (!loose || !chance(25)) {
      return;
    }
    int x = chance(80) ? 1 : 2;
    given = x == 2 || chance(60) ? 1 : 2;
    line(
        "unspecified fn u(x: bits(%d)) -> bits(%d)%s;",
        x,
        given,
        one(
            "",
            "",
            given == 1 ? " where result != x[0]" : " where result != 0",
            " where result <= 1"));
    taken = x;
  }

  private int instructions;

  private void encodings() {
    boolean low = chance(25) && !lengths;
    leaf("", low);
  }

  /// Encodings are the leaves of a random tree of opcodes, so they never overlap.
  private void leaf(String opcode, boolean low) {
    boolean isShort = lengths && opcode.length() <= cell && chance(50);
    int left = (isShort ? cell : word) - opcode.length();
    boolean stop = opcode.length() > 0 && (left == 0 || chance(left == 1 ? 50 : 35));
    if (!stop) {
      leaf(opcode + "0", low);
      leaf(opcode + "1", low);
      return;
    }
    if (instructions >= 7 || instructions > 1 && chance(10)) {
      return;
    }
    String name = "i" + instructions++;
    String constant = "0b" + (low ? new StringBuilder(opcode).reverse() : opcode);
    StringBuilder operands = new StringBuilder();
    StringBuilder template = new StringBuilder(name);
    List<Atom> added = new ArrayList<>();
    int rest = left;
    for (int i = 0; rest > 0; i++) {
      int width = among(1, rest);
      int sort = random.nextInt(10);
      if (sort == 0) {
        operands.append(" _:").append(width);
      } else if (sort == 1) {
        operands.append(" 0:").append(width);
      } else {
        String operand = "" + (char) ('g' + i);
        operands.append(' ').append(operand).append(':').append(width);
        template.append(i == 0 ? " " : ", ").append('{').append(operand).append(":u}");
        added.add(new Atom(operand, width));
      }
      rest -= width;
    }
    String pattern = low ? operands.toString().strip() + " " + constant : constant + operands;
    String clauses = chance(35) ? " requires sup" : "";
    if (!added.isEmpty() && chance(20)) {
      clauses += " split " + one(added).text;
    }
    if (!added.isEmpty() && chance(8)) {
      Atom a = one(added);
      clauses += " if " + a.text + " != " + random.nextInt(1 << a.width);
    }
    atoms.addAll(added);
    open("instr %s [%s] \"%s\"%s", name, pattern.strip(), template, clauses);
    mayInput = inPort > 0;
    choices = loose ? 2 : 0;
    int atomsBefore = atoms.size();
    body(among(1, 3));
    if (executes && chance(25)) {
      line("execute %s;", expr(word, 1));
    }
    while (atoms.size() > atomsBefore) {
      atoms.removeLast();
    }
    close();
    added.forEach(_ -> atoms.removeLast());
  }

  private void body(int statements) {
    int atomsBefore = atoms.size();
    for (int i = 0; i < statements; i++) {
      statement(2);
    }
    while (atoms.size() > atomsBefore) {
      atoms.removeLast();
    }
  }

  private String temporary() {
    return "t" + temporaries++;
  }

  private void statement(int depth) {
    switch (random.nextInt(loose ? 36 : 33)) {
      case 0, 1, 2, 3 -> {
        Target t = one(targets);
        line("%s = %s;", t.text, expr(t.width, 2));
      }
      case 4, 5, 6 -> {
        if (!space) {
          statement(depth);
          return;
        }
        String t = temporary();
        line("let %s : Word = %s[%s];", t, window(), expr(address, 1));
        atoms.add(new Atom(t, cell));
        writeOf(t);
      }
      case 7, 8, 9 -> {
        if (!space) {
          statement(depth);
          return;
        }
        line("%s[%s] = %s;", window(), expr(address, 1), expr(cell, 2));
      }
      case 10 -> {
        String t = temporary();
        line("let %s : Word = E[%s];", t, index());
        atoms.add(new Atom(t, cell));
        writeOf(t);
      }
      case 11 -> line("E[%s] = %s;", index(), expr(cell, 1));
      case 12 -> writeMode();
      case 13 -> line("%s = %s;", name("pc"), expr(pc, 2));
      case 14, 15, 16, 17 -> {
        if (depth == 0) {
          statement(depth);
          return;
        }
        open("if %s", condition(1));
        nested(depth);
        if (chance(40)) {
          indent--;
          line("} else {");
          indent++;
          nested(depth);
        }
        close();
      }
      case 18 -> line("if %s { trap %s; }", condition(1), one("storage", "priv", "svc", "ill"));
      case 19 -> {
        if (chance(30)) {
          line("halt;");
        } else {
          line("if %s { halt; }", condition(1));
        }
      }
      case 20 -> {
        if (outPort) {
          line("d.tx = %s;", expr(cell, 1));
        } else {
          statement(depth);
        }
      }
      case 21 -> {
        if (mayInput && chance(70)) {
          mayInput = false;
          String t = temporary();
          line("let %s = d.rx;", t);
          atoms.add(new Atom(t, inPort));
          writeOf(t);
        } else {
          statement(depth);
        }
      }
      case 22 -> {
        if (function) {
          String t = temporary();
          line("let %s : Word = f(%s);", t, expr(cell, 1));
          atoms.add(new Atom(t, cell));
          writeOf(t);
        } else {
          statement(depth);
        }
      }
      case 23 -> {
        if (files.isEmpty()) {
          statement(depth);
          return;
        }
        Target file = one(files);
        line("%s[%s] = %s;", file.text, expr(1, 1), expr(file.width, 1));
      }
      case 24 -> {
        if (booleans.isEmpty()) {
          statement(depth);
          return;
        }
        line("%s = %s;", one(booleans), condition(1));
      }
      case 25 -> {
        if (depth == 0) {
          statement(depth);
          return;
        }
        Atom a = one(atoms);
        open("match %s", a.text);
        int value = random.nextInt(1 << a.width);
        open("%d =>", value);
        nested(depth);
        close();
        open("_ =>");
        if (chance(50)) {
          nested(depth);
        }
        close();
        close();
      }
      case 26 -> {
        if (!wide || depth == 0 || chance(50)) {
          statement(depth);
          return;
        }
        String n = "n" + temporaries++;
        line("var %s : bits(2) = %s;", n, expr(2, 1));
        open("while %s != 0", n);
        line("%s = %s - 1;", n, n);
        Target t = one(targets);
        line("%s = %s;", t.text, expr(t.width, 1));
        close();
      }
      case 27 -> {
        String k = "k" + temporaries++;
        int last = address == 1 || indexWidth == 1 ? 1 : among(1, 2);
        boolean through = space && chance(60);
        open("for %s in 0..%d", k, last);
        line("%s[%s] = %s;", through ? window() : "E", k, expr(cell, 1));
        close();
      }
      case 28 -> {
        if (chance(40)) {
          line("commit;");
        } else {
          statement(depth);
        }
      }
      case 29 -> {
        if (executes && depth == 2) {
          line("if %s { execute %s; }", condition(1), expr(word, 1));
        } else {
          statement(depth);
        }
      }
      case 30 -> {
        if (struct.isEmpty() || chance(50)) {
          statement(depth);
          return;
        }
        List<String> parts = new ArrayList<>();
        for (Target f : struct) {
          if (chance(75)) {
            parts.add(f.text + " = " + (f.width == 0 ? one("S", "U") : expr(f.width, 1)));
          }
        }
        line("psw = PSW(%s);", parts.isEmpty() ? "pc = 0" : String.join(", ", parts));
      }
      case 31 -> {
        Target t = one(targets);
        if (t.width == 1) {
          line("%s[0] = %s;", t.text, expr(1, 1));
        } else {
          int high = random.nextInt(t.width);
          int low = random.nextInt(high + 1);
          String range = high == low ? "" + high : high + ".." + low;
          line("%s[%s] = %s;", t.text, range, expr(high - low + 1, 1));
        }
      }
      case 32 -> {
        if (!wide || chance(30)) {
          statement(depth);
          return;
        }
        // A loop that only computes.
        String n = "n" + temporaries++;
        String t = temporary();
        line("var %s : Word = %s;", t, expr(cell, 1));
        line("var %s : bits(2) = %s;", n, expr(2, 1));
        open("while %s != 0", n);
        line("%s = %s - 1;", n, n);
        boolean physical = !space || chance(50);
        String read = physical ? "E[" + index() + "]" : window() + "[" + expr(address, 1) + "]";
        line("%s = %s %s %s;", t, t, one("+", "^"), read);
        close();
        atoms.add(new Atom(t, cell));
        writeOf(t);
      }
      case 33, 34 -> {
        if (choices == 0) {
          statement(depth);
          return;
        }
        choices--;
        String t = temporary();
        int width = chance(75) ? 1 : 2;
        line("any %s : bits(%d)%s;", t, width, chance(45) ? " where " + allowed(t, width) : "");
        atoms.add(new Atom(t, width));
        writeOf(t);
      }
      case 35 -> {
        if (chance(60)) {
          statement(depth);
        } else {
          line("if %s { unpredictable \"no promise\"; }", condition(1));
        }
      }
      default -> throw new IllegalStateException();
    }
  }

  /// A condition on an `any`, which sometimes no value satisfies.
  private String allowed(String any, int width) {
    return chance(75) ? any + one(" == ", " != ", " >= ", " < ") + expr(width, 1) : condition(1);
  }

  /// Most values that are read should go somewhere.
  private void writeOf(String value) {
    if (chance(60)) {
      Target t = one(targets);
      int width = atoms.getLast().width;
      line("%s = %s;", t.text, placed(value, width, t.width));
    }
  }

  private void nested(int depth) {
    int atomsBefore = atoms.size();
    boolean input = mayInput;
    mayInput = false;
    statement(depth - 1);
    if (chance(30)) {
      statement(depth - 1);
    }
    mayInput = input;
    while (atoms.size() > atomsBefore) {
      atoms.removeLast();
    }
  }

  private void writeMode() {
    if (modeItems) {
      line("%s = %s;", modeBits, expr(modes > 2 ? 2 : 1, 1));
    } else {
      line("%s = %s;", name("mode"), one("U", "U", "S", "Mode(" + sized(1, 1) + ")"));
    }
  }

  private String window() {
    return second && chance(40) ? "X" : "V";
  }

  private String index() {
    return physicalIndex || chance(25) ? sized(indexWidth, 1) : "" + random.nextInt(3);
  }

  // ---------------------------------------------------------------------------------- expressions

  private String literal(int width) {
    return "" + random.nextInt(1 << width);
  }

  /// Of `width` bits where the context says so.
  private String expr(int width, int depth) {
    return chance(18) ? literal(width) : sized(width, depth);
  }

  /// Of `width` bits by itself.
  private String sized(int width, int depth) {
    if (depth == 0 || chance(35)) {
      return atom(width);
    }
    return switch (random.nextInt(14)) {
      case 0, 1, 2 ->
          "(" + sized(width, depth - 1) + one(" + ", " - ", " ^ ") + expr(width, depth - 1) + ")";
      case 3, 4 ->
          "(" + sized(width, depth - 1) + one(" & ", " | ", " * ") + expr(width, depth - 1) + ")";
      case 5 -> "(" + one("~", "-") + sized(width, depth - 1) + ")";
      case 6 ->
          "(if "
              + condition(0)
              + " then "
              + sized(width, depth - 1)
              + " else "
              + expr(width, 0)
              + ")";
      case 7 ->
          width > 1
              ? "(" + sized(width - 1, depth - 1) + " ++ " + sized(1, depth - 1) + ")"
              : atom(width);
      case 8 -> low("(" + sized(width + 1, depth - 1) + ")", width);
      case 9 ->
          width > 1
              ? one("zext", "sext") + "(" + sized(width - 1, depth - 1) + ", " + width + ")"
              : atom(width);
      case 10 -> "(" + sized(width, depth - 1) + one(" << ", " >> ") + sized(among(1, 2), 0) + ")";
      case 11 -> "bits(int(" + sized(width, depth - 1) + ") >> " + sized(1, 0) + ")";
      case 12 -> "(" + sized(width, depth - 1) + one(" / ", " % ") + sized(width, 0) + ")";
      case 13 ->
          "bits(int("
              + sized(width, depth - 1)
              + ")"
              + one(" / ", " % ")
              + "int("
              + sized(width, 0)
              + "))";
      default -> throw new IllegalStateException();
    };
  }

  private String atom(int width) {
    Atom a = one(atoms);
    if (taken > 0 && chance(10)) {
      a = new Atom("u(" + placed(one(atoms), taken) + ")", given);
    }
    if (!files.isEmpty() && chance(15)) {
      Target file = one(files);
      a = new Atom(file.text + "[" + placed(one(atoms), 1) + "]", file.width);
    }
    return placed(a, width);
  }

  private String placed(Atom a, int width) {
    if (a.width == width) {
      return a.text;
    }
    if (a.width < width) {
      return one("zext", "sext") + "(" + a.text + ", " + width + ")";
    }
    return chance(70) || width > 1 ? low(a.text, width) : a.text + "[" + (a.width - 1) + "]";
  }

  private String condition(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0, 1 -> one(conditions);
      case 2, 3, 4, 5 -> {
        Atom a = one(atoms);
        yield a.text + one(" == ", " != ", " < ", " >= ") + expr(a.width, 0);
      }
      case 6 -> "(" + condition(0) + one(" && ", " || ") + condition(0) + ")";
      case 7 -> "!(" + condition(0) + ")";
      case 8 -> {
        int width = among(1, 2);
        yield "int(" + sized(width, 1) + ") < int(" + sized(width, 0) + ")";
      }
      default -> throw new IllegalStateException();
    };
  }
}
