package trapline.lang;

import java.util.Map;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import trapline.lang.grammar.IsaParser;

/// How each construct is written, to be shown to someone who wrote it otherwise.
final class Forms {
  private static final Map<String, String> ITEMS =
      Map.ofEntries(
          Map.entry("param", "param NAME in {VALUE, VALUE} = VALUE;"),
          Map.entry("choice", "choice NAME in {NAME, NAME} = NAME;"),
          Map.entry("set", "set NAME = VALUE;"),
          Map.entry("const", "const NAME : TYPE = VALUE;"),
          Map.entry("type", "type NAME = TYPE;"),
          Map.entry("enum", "enum NAME : bits(2) { NAME = 0, NAME = 1 }"),
          Map.entry("struct", "struct NAME : bits(32) { 31 NAME : TYPE role R; 30..0 = 0; }"),
          Map.entry("reg", "reg NAME : TYPE role E reset 0;"),
          Map.entry("memory", "memory NAME[SIZE] : TYPE role E;"),
          Map.entry("alias", "alias NAME = REGISTER.FIELD;"),
          Map.entry("view", "view NAME : TYPE of SPACE little;"),
          Map.entry("device", "device NAME { in NAME : bits(8); out NAME : bits(8); }"),
          Map.entry("mode", "mode NAME when CONDITION;"),
          Map.entry("space", "space NAME(a: TYPE, how: Access) on MEMORY { … }"),
          Map.entry(
              "bank",
              "bank NAME(n: bits(12)) : TYPE { 0x100 NAME { get { … } set(v) { … } } }, or bank NAME"
                  + " on MEMORY { … }"),
          Map.entry("trap", "trap NAME(code: bits(8)) { … }"),
          Map.entry("traps", "traps via ENTRY { 1 NAME(a: TYPE) : KIND; }"),
          Map.entry("fetch", "fetch NAME : TYPE to BITS = V[PC] then PC = VALUE;"),
          Map.entry("after", "after { … }"),
          Map.entry("unspecified", "unspecified fn NAME(a: TYPE) -> TYPE where CONDITION;"),
          Map.entry("fn", "fn NAME(a: TYPE) -> TYPE { … }"),
          Map.entry("guard", "guard NAME { … }"),
          Map.entry("operand", "operand NAME : TYPE { NAME [0b01 r:3] \"{r}\" { get { … } } }"),
          Map.entry("instr", "instr NAME [0x01 a:3 0:5] \"NAME {a}\" requires GUARD { … }"),
          Map.entry("replace", "replace instr NAME [0x01 a:3 0:5] \"NAME {a}\" { … }"),
          Map.entry("requires", "requires GUARD { instr … }"),
          Map.entry("remove", "remove instr NAME, NAME;"),
          Map.entry("reserved", "reserved { … }"),
          Map.entry("vmm", "vmm { deprivilege MODE to MODE; … }"),
          Map.entry("assume", "assume NAME : CONDITION;"),
          Map.entry("expect", "expect INSTR, INSTR under ASSUMPTION : CLAIM, !CLAIM;"),
          Map.entry("test", "test \"NAME\" { asm at 16 { \"…\" } step 1; assert CONDITION; }"),
          Map.entry("machine", "machine NAME extends BASE with EXTENSION { … }"),
          Map.entry("extension", "extension NAME requires EXTENSION { … }"),
          Map.entry("import", "import \"FILE.isa\";"),
          Map.entry("language", "language 1;"));

  private static final Map<String, String> STATEMENTS =
      Map.ofEntries(
          Map.entry("let", "let NAME = VALUE;"),
          Map.entry("var", "var NAME = VALUE;"),
          Map.entry("any", "any NAME : TYPE where CONDITION;"),
          Map.entry("trap", "trap CAUSE(VALUE);"),
          Map.entry("if", "if CONDITION { … } else { … }"),
          Map.entry("match", "match VALUE { 0 => { … } 1..3 => { … } _ => { … } }"),
          Map.entry("for", "for NAME in 0..7 { … }"),
          Map.entry("while", "while CONDITION { … }"),
          Map.entry("execute", "execute WORD;"),
          Map.entry("return", "return VALUE;"),
          Map.entry("halt", "halt;"),
          Map.entry("commit", "commit;"),
          Map.entry("unpredictable", "unpredictable \"WHY\";"),
          Map.entry("assert", "assert CONDITION;"));

  private static final Map<String, String> MONITOR =
      Map.ofEntries(
          Map.entry("deprivilege", "deprivilege MODE, MODE to MODE;"),
          Map.entry("run", "run REGISTER = VALUE, REGISTER = VALUE;"),
          Map.entry("shadow", "shadow REGISTER = VALUE;"),
          Map.entry("virtual", "virtual REGISTER, REGISTER;"),
          Map.entry("where", "where region.base == 0;"),
          Map.entry("configure", "configure REGISTER.FIELD, REGISTER.FIELD;"),
          Map.entry("map", "map(va: TYPE, pa: TYPE, how: Access) where CONDITION { … }"),
          Map.entry("unmap", "unmap() { … }"),
          Map.entry("tables", "tables 64;"),
          Map.entry("interpret", "interpret when virt.REGISTER.FIELD == VALUE;"));

  private Forms() {}

  /// The form of the construct `context`, whose first word says which of its kind it is.
  static Optional<String> of(ParserRuleContext context) {
    String first = context.getStart().getText();
    return Optional.ofNullable(
        switch (context.getRuleIndex()) {
          case IsaParser.RULE_languageDecl,
              IsaParser.RULE_importDecl,
              IsaParser.RULE_definition,
              IsaParser.RULE_item ->
              ITEMS.get(first);
          case IsaParser.RULE_statement -> STATEMENTS.getOrDefault(first, "TARGET = VALUE;");
          case IsaParser.RULE_vmmItem -> MONITOR.get(first);
          case IsaParser.RULE_field -> "31..28 NAME : TYPE role R;";
          case IsaParser.RULE_port -> "in NAME : bits(8);";
          case IsaParser.RULE_bankEntry -> "0x100 NAME { get { … } set(v) { … } }";
          case IsaParser.RULE_trapLine -> "1 NAME(a: TYPE) : KIND;";
          case IsaParser.RULE_alternative -> "NAME [0b01 r:3] \"{r}\" { get { … } set(v) { … } }";
          case IsaParser.RULE_testItem ->
              first.equals("asm") ? "asm at 16 { \"…\" \"…\" }" : "step 2;";
          case IsaParser.RULE_matchArm -> "0, 2..3 => { … }";
          default -> null;
        });
  }

  /// The words that begin an item of a machine.
  static java.util.Set<String> items() {
    var words = new java.util.TreeSet<>(ITEMS.keySet());
    words.removeAll(java.util.List.of("machine", "extension", "import", "language"));
    return words;
  }

  /// The words that begin a statement.
  static java.util.Set<String> statements() {
    return new java.util.TreeSet<>(STATEMENTS.keySet());
  }
}
