package trapline.machine;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.isa.Cause;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TrapLine;

/// Turns a description into one hidden class: a static method per instruction, function, space and
/// trap entry, and around them the machine's cycle.
///
///     body       (State, word) -> status            instructions, blocks, functions without result
///     value      (State, arguments) -> result       functions, spaces; a trap is in `state.trap`
///
/// A function is compiled up to twice: as called where no trap can follow, and with every write
/// logged. Values are `long`s up to 64 bits, zero-extended, and `BigInteger`s beyond.
final class Compiler {
  static final ClassDesc STATE = ClassDesc.of("trapline.machine.State");
  static final ClassDesc BIG = ClassDesc.of("java.math.BigInteger");
  private static final ClassDesc ENGINE = ClassDesc.of("trapline.machine.Engine");
  private static final ClassDesc ROUTINE = ClassDesc.of("trapline.machine.Routine");
  private static final ClassDesc CACHE = ClassDesc.of("trapline.machine.DecodeCache");
  private static final ClassDesc NARROW = ClassDesc.of("trapline.machine.Narrow");
  private static final ClassDesc FAULT = ClassDesc.of("trapline.machine.Fault");
  private static final ClassDesc SELF = ClassDesc.of("trapline.machine.Compiled");
  private static final MethodTypeDesc ON_STATE = MethodTypeDesc.of(CD_int, STATE);
  private static final MethodTypeDesc ON_STATE_ONLY = MethodTypeDesc.of(CD_void, STATE);
  private static final MethodTypeDesc LOOP = MethodTypeDesc.of(CD_int, STATE, CD_long);

  /// The largest part of an interrupt's condition that is asked in every step, in nodes.
  private static final int LEAD = 60;

  /// Longest chain of `execute` statements.
  private static final int CHAIN = 1 << 16;

  /// Cases of one dispatching method; more are spread over several, each small enough to be
  /// inlined.
  private static final int CASES = 512;

  final Layout layout;
  final Trapping trapping;
  final Choices choices;

  /// Whether every access to storage that is reached through a space asks the state where the cell
  /// lies: see [State#reach].
  final boolean confined;

  final Sizes sizes = new Sizes();
  private int parts;
  private final List<Object> data = new ArrayList<>();
  private final Map<Object, Integer> dataNumbers = new IdentityHashMap<>();
  private final Map<Object, String> names = new HashMap<>();
  private final Deque<Consumer<ClassBuilder>> methods = new ArrayDeque<>();

  /// The encodings of instructions, by their numbers, and after them that of `reserved`.
  private final List<Numbered> numbered = new ArrayList<>();

  private record Numbered(Instruction instruction, Encoding encoding) {}

  private Compiler(Layout layout, Trapping trapping, Choices choices, boolean confined) {
    this.layout = layout;
    this.trapping = trapping;
    this.choices = choices;
    this.confined = confined;
  }

  static Engine engine(
      Layout layout, Codec codec, Trapping trapping, Choices choices, boolean confined) {
    var compiler = new Compiler(layout, trapping, choices, confined);
    for (int i = 0; i <= codec.size(); i++) {
      compiler.numbered.add(new Numbered(codec.instruction(i), codec.encoding(i)));
    }
    return (Engine)
        compiler.define(ENGINE, builder -> compiler.cycle(builder, DecodeCache.of(codec)));
  }

  /// Runs `block` and then leaves the values of `results` in the argument arrays. `inputs` take
  /// what the argument arrays hold. With `harmless`, everything is logged, and `commit` is ignored.
  static Routine routine(
      Layout layout,
      Trapping trapping,
      Choices choices,
      List<Local> inputs,
      Statement.Block block,
      List<? extends Expr> results,
      boolean harmless,
      boolean confined) {
    var compiler = new Compiler(layout, trapping, choices, confined);
    return (Routine)
        compiler.define(
            ROUTINE,
            builder ->
                compiler.method(
                    builder,
                    "run",
                    ON_STATE,
                    0,
                    code -> {
                      var body = new Body(compiler, code, 1, Body.STATUS, harmless);
                      body.takeArguments(inputs);
                      Label end = code.newLabel();
                      body.finishAt(end);
                      body.blockWithLocals(block, results, harmless);
                      code.labelBinding(end);
                      body.leaveResults(results);
                      code.iconst_0().ireturn();
                    }));
  }

  private Object define(ClassDesc parent, Consumer<ClassBuilder> content) {
    byte[] bytes =
        ClassFile.of()
            .build(
                SELF,
                builder -> {
                  builder.withSuperclass(parent).withFlags(ACC_FINAL);
                  method(
                      builder,
                      INIT_NAME,
                      MTD_void,
                      0,
                      code -> code.aload(0).invokespecial(parent, INIT_NAME, MTD_void).return_());
                  content.accept(builder);
                  while (!methods.isEmpty()) {
                    methods.poll().accept(builder);
                  }
                });
    try {
      var lookup = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, data, true);
      return lookup
          .findConstructor(lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
          .invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("compiling " + layout.machine.name(), e);
    }
  }

  void method(
      ClassBuilder builder,
      String name,
      MethodTypeDesc type,
      int flags,
      Consumer<CodeBuilder> code) {
    builder.withMethodBody(name, type, flags, code);
  }

  static ClassDesc type(int width) {
    return Layout.isWide(width) ? BIG : CD_long;
  }

  static TypeKind kind(int width) {
    return Layout.isWide(width) ? TypeKind.REFERENCE : TypeKind.LONG;
  }

  /// The index of `object` in the class data.
  int data(Object object) {
    return dataNumbers.computeIfAbsent(
        object,
        o -> {
          data.add(o);
          return data.size() - 1;
        });
  }

  // The machine's cycle.

  private void cycle(ClassBuilder builder, DecodeCache cache) {
    Machine machine = layout.machine;
    Local word = machine.fetch().word();
    dispatch(builder, cache);
    enter(builder);
    interrupts(builder);
    perform(builder);
    if (machine.fetch().isPiecewise()) {
      pieces(builder, cache);
      statusMethod(builder, "after", List.of(), machine.after(), false);
      loop(builder, List.of());
      execute(builder, "advanceAll");
      attempt(builder, "advanceAll");
      piecewise(builder);
      return;
    }
    boolean fetchWrites = trapping.writes(machine.fetch().read());
    List<Statement.RegisterWrite> simple = fetchWrites ? List.of() : simpleAdvance();
    valueMethod(
        builder,
        "fetch",
        List.of(),
        word.width(),
        body -> {
          body.blockWithLocals(machine.fetch().read(), List.of(word), true);
          boolean wide = Layout.isWide(word.width());
          body.code().aload(0);
          body.emit(word);
          body.code().putfield(STATE, wide ? "wordWide" : "wordNarrow", type(word.width()));
          body.emit(word);
          body.code().return_(kind(word.width()));
        });
    if (simple.isEmpty()) {
      statusMethod(builder, "advance", List.of(word), machine.fetch().advance(), true);
    } else {
      statusMethod(builder, "advance", List.of(word), machine.fetch().advance(), false);
      statusMethod(builder, "advanceLogged", List.of(word), machine.fetch().advance(), true);
    }
    statusMethod(builder, "after", List.of(), machine.after(), false);
    loop(builder, simple);
    String advance = simple.isEmpty() ? "advance" : "advanceLogged";
    execute(builder, advance);
    attempt(builder, advance);
    piecewise(builder);
  }

  /// `fetch` and `advanceAll` of a machine whose instructions differ in length: unit by unit, as
  /// long as an instruction goes on.
  private void pieces(ClassBuilder builder, DecodeCache cache) {
    Fetch fetch = layout.machine.fetch();
    int width = fetch.word().width();
    int unit = fetch.unit().width();
    boolean wide = Layout.isWide(width);
    TypeKind kind = kind(width);
    MethodTypeDesc withWord = MethodTypeDesc.of(CD_int, STATE, type(width));
    MethodTypeDesc ofUnit = MethodTypeDesc.of(type(unit), STATE);
    MethodTypeDesc goesOn = MethodTypeDesc.of(CD_boolean, type(width), CD_int);
    valueMethod(
        builder,
        "fetchUnit",
        List.of(),
        unit,
        body -> {
          body.blockWithLocals(fetch.read(), List.of(fetch.unit()), true);
          body.emit(fetch.unit());
          body.code().return_(kind(unit));
        });
    statusMethod(builder, "advance", List.of(fetch.word()), fetch.advance(), true);
    method(
        builder,
        "fetch",
        MethodTypeDesc.of(type(width), STATE),
        ACC_STATIC,
        code -> {
          Label end = code.newLabel();
          int word = code.allocateLocal(kind);
          int read = code.allocateLocal(kind(unit));
          zero(code, wide);
          code.storeLocal(kind, word);
          for (int n = 1; n <= fetch.most(); n++) {
            code.aload(0).invokestatic(SELF, "fetchUnit", ofUnit).storeLocal(kind(unit), read);
            code.aload(0).getfield(STATE, "trap", CD_int).ifne(end);
            code.loadLocal(kind, word).loadLocal(kind(unit), read);
            int behind = width - n * unit;
            if (wide) {
              if (!Layout.isWide(unit)) {
                code.invokestatic(wide(), "of", ofNarrow());
              }
              code.loadConstant(behind)
                  .invokevirtual(BIG, "shiftLeft", MethodTypeDesc.of(BIG, CD_int))
                  .invokevirtual(BIG, "or", MethodTypeDesc.of(BIG, BIG));
            } else {
              code.loadConstant(behind).lshl().lor();
            }
            code.storeLocal(kind, word);
            code.aload(0).loadLocal(kind, word).invokestatic(SELF, "advance", withWord).ifne(end);
            if (n < fetch.most()) {
              loadData(code, cache, CACHE);
              code.loadLocal(kind, word).loadConstant(n);
              code.invokevirtual(CACHE, "goesOn", goesOn).ifeq(end);
            }
          }
          code.labelBinding(end);
          code.aload(0).loadLocal(kind, word);
          code.putfield(STATE, wide ? "wordWide" : "wordNarrow", type(width));
          code.loadLocal(kind, word).return_(kind);
        });
    method(
        builder,
        "advanceAll",
        withWord,
        ACC_STATIC,
        code -> {
          Label end = code.newLabel();
          int status = code.allocateLocal(TypeKind.INT);
          for (int n = 1; n <= fetch.most(); n++) {
            code.aload(0).loadLocal(kind, 1);
            var seen = Bits.zero(width).insert(width - 1, width - n * unit, Bits.ones(n * unit));
            if (wide) {
              loadData(code, seen.value(), BIG);
              code.invokevirtual(BIG, "and", MethodTypeDesc.of(BIG, BIG));
            } else {
              code.loadConstant(seen.toLong()).land();
            }
            code.invokestatic(SELF, "advance", withWord).istore(status);
            code.iload(status).ifne(end);
            if (n < fetch.most()) {
              loadData(code, cache, CACHE);
              code.loadLocal(kind, 1).loadConstant(n);
              code.invokevirtual(CACHE, "goesOn", goesOn).ifeq(end);
            }
          }
          code.labelBinding(end).iload(status).ireturn();
        });
  }

  private static void zero(CodeBuilder code, boolean wide) {
    if (wide) {
      code.getstatic(BIG, "ZERO", BIG);
    } else {
      code.lconst_0();
    }
  }

  /// The writes of an advance that only sets narrow registers at constant indices: the cycle keeps
  /// their old values itself. Empty if the advance is anything else.
  private List<Statement.RegisterWrite> simpleAdvance() {
    var writes = new LinkedHashMap<Integer, Statement.RegisterWrite>();
    for (Statement statement : layout.machine.fetch().advance().statements()) {
      if (statement instanceof Statement.RegisterWrite write
          && !Layout.isWide(write.register().width())
          && write.index() instanceof Expr.Constant(var index)
          && index.value().bitLength() < 31
          && index.toInt() < write.register().count()) {
        writes.putIfAbsent(layout.offset(write.register()) + index.toInt(), write);
      } else if (!(statement instanceof Statement.Assign)) {
        return List.of();
      }
    }
    return List.copyOf(writes.values());
  }

  private void dispatch(ClassBuilder builder, DecodeCache cache) {
    Local word = layout.machine.fetch().word();
    List<Numbered> all = numbered;
    MethodTypeDesc type = MethodTypeDesc.of(CD_int, STATE, CD_int, type(word.width()));
    MethodTypeDesc one = MethodTypeDesc.of(CD_int, STATE, type(word.width()));
    int parts = (all.size() + CASES - 1) / CASES;
    for (int i = 0; i < all.size(); i++) {
      Numbered each = all.get(i);
      method(builder, "i" + i, one, ACC_STATIC, code -> instruction(code, each));
    }
    for (int p = 0; p < parts; p++) {
      int from = p * CASES;
      int to = Math.min(all.size(), from + CASES);
      method(
          builder,
          "dispatch" + p,
          type,
          ACC_STATIC,
          code ->
              table(
                  code,
                  from,
                  to,
                  i ->
                      code.aload(0)
                          .loadLocal(kind(word.width()), 2)
                          .invokestatic(SELF, "i" + i, one)
                          .ireturn()));
    }
    method(
        builder,
        "dispatch",
        type,
        ACC_STATIC,
        code -> {
          for (int p = 0; p < parts; p++) {
            Label next = code.newLabel();
            if (p < parts - 1) {
              code.iload(1).loadConstant((p + 1) * CASES).if_icmpge(next);
            }
            code.aload(0)
                .iload(1)
                .loadLocal(kind(word.width()), 2)
                .invokestatic(SELF, "dispatch" + p, type)
                .ireturn();
            code.labelBinding(next);
          }
          if (parts == 1) {
            code.iconst_0().ireturn();
          }
        });
    MethodTypeDesc numbering = MethodTypeDesc.of(CD_int, type(word.width()));
    method(
        builder,
        "number",
        numbering,
        ACC_STATIC,
        code -> {
          loadData(code, cache, CACHE);
          code.loadLocal(kind(word.width()), 0)
              .invokevirtual(
                  CACHE, word.width() <= DecodeCache.PACKED ? "numberPacked" : "number", numbering)
              .ireturn();
        });
  }

  /// A switch on the int in slot 1 over `from..to`, the end excluded; each case must return.
  private static void table(CodeBuilder code, int from, int to, IntConsumer each) {
    var cases = new ArrayList<SwitchCase>();
    for (int i = from; i < to; i++) {
      cases.add(SwitchCase.of(i, code.newLabel()));
    }
    Label none = code.newLabel();
    code.iload(1).tableswitch(from, Math.max(from, to - 1), none, cases);
    for (SwitchCase one : cases) {
      code.labelBinding(one.target());
      each.accept(one.caseValue());
    }
    code.labelBinding(none);
    code.new_(FAULT)
        .dup()
        .ldc("no such number")
        .invokespecial(FAULT, INIT_NAME, MethodTypeDesc.of(CD_void, CD_String))
        .athrow();
  }

  private void instruction(CodeBuilder code, Numbered each) {
    Local word = layout.machine.fetch().word();
    var body = new Body(this, code, 0, Body.STATUS, false);
    body.parameter(word);
    body.operands(each.encoding, word);
    body.blockWithLocals(each.instruction.body(), List.of(), false);
    code.iconst_0().ireturn();
  }

  private void enter(ClassBuilder builder) {
    var lines = layout.machine.traps();
    method(
        builder,
        "enterTrap",
        MethodTypeDesc.of(CD_int, STATE, CD_int),
        ACC_STATIC,
        code ->
            table(
                code,
                0,
                lines.size(),
                i -> {
                  TrapLine line = lines.get(i);
                  code.aload(0);
                  var parameters = line.entry().parameters();
                  for (int p = 0; p < parameters.size(); p++) {
                    entryArgument(code, line.cause(), p, parameters.get(p).width());
                  }
                  code.invokestatic(SELF, "e" + i, statusType(parameters)).ireturn();
                }));
    for (int i = 0; i < lines.size(); i++) {
      TrapLine line = lines.get(i);
      statusMethod(builder, "e" + i, line.entry().parameters(), line.entry().body(), false);
    }
    method(
        builder,
        "enter",
        MethodTypeDesc.of(CD_void, STATE, CD_int),
        0,
        code -> code.aload(1).iload(2).invokestatic(SELF, "mustEnter", mustEnter()).return_());
    method(
        builder,
        "mustEnter",
        mustEnter(),
        ACC_STATIC,
        code ->
            code.aload(0)
                .iload(1)
                .invokestatic(SELF, "enterTrap", MethodTypeDesc.of(CD_int, STATE, CD_int))
                .ifThen(c -> nested(c, 0, "the trap sequence"))
                .return_());
  }

  private static MethodTypeDesc mustEnter() {
    return MethodTypeDesc.of(CD_void, STATE, CD_int);
  }

  private static void nested(CodeBuilder code, int state, String what) {
    code.aload(state)
        .ldc(what)
        .invokestatic(ENGINE, "trapIn", MethodTypeDesc.of(FAULT, STATE, CD_String))
        .athrow();
  }

  /// Parameter 0 takes the code, the others the cause's arguments, those left over zero.
  private static void entryArgument(CodeBuilder code, Cause cause, int parameter, int width) {
    if (parameter == 0) {
      if (Layout.isWide(width)) {
        code.loadConstant(cause.code().toLong()).invokestatic(wide(), "of", ofNarrow());
      } else {
        code.loadConstant(cause.code().toLong() & Narrow.mask(width));
      }
      return;
    }
    int argument = parameter - 1;
    if (argument >= cause.parameters().size()) {
      if (Layout.isWide(width)) {
        code.getstatic(BIG, "ZERO", BIG);
      } else {
        code.lconst_0();
      }
      return;
    }
    int from = cause.parameters().get(argument).width();
    loadArgument(code, 0, argument, from);
    if (!Layout.isWide(from) && Layout.isWide(width)) {
      code.invokestatic(wide(), "of", ofNarrow());
    } else if (Layout.isWide(from) && !Layout.isWide(width)) {
      code.loadConstant(0)
          .loadConstant(width)
          .invokestatic(wide(), "extractNarrow", MethodTypeDesc.of(CD_long, BIG, CD_int, CD_int));
    }
  }

  static ClassDesc wide() {
    return ClassDesc.of("trapline.machine.Wide");
  }

  static MethodTypeDesc ofNarrow() {
    return MethodTypeDesc.of(BIG, CD_long);
  }

  static void loadArgument(CodeBuilder code, int state, int index, int width) {
    if (Layout.isWide(width)) {
      code.aload(state).getfield(STATE, "wideArguments", BIG.arrayType());
      code.loadConstant(index).aaload();
    } else {
      code.aload(state).getfield(STATE, "narrowArguments", CD_long.arrayType());
      code.loadConstant(index).laload();
    }
  }

  /// Takes the first interrupt that is due: the number of its cause, or -1.
  private void interrupts(ClassBuilder builder) {
    var lines = layout.machine.traps();
    method(
        builder,
        "interrupt",
        ON_STATE,
        ACC_STATIC,
        code -> {
          var body = new Body(this, code, 0, Body.STATUS, false);
          body.makeFrameFor(lines.stream().mapToInt(l -> l.when().map(sizes::of).orElse(0)).sum());
          for (int i = 0; i < lines.size(); i++) {
            TrapLine line = lines.get(i);
            if (line.when().isPresent()) {
              Label next = code.newLabel();
              body.branch(line.when().get(), next, false);
              code.loadConstant(i).ireturn();
              code.labelBinding(next);
            }
          }
          code.iconst_m1().ireturn();
        });
    method(
        builder,
        "acknowledge",
        MethodTypeDesc.of(CD_int, STATE, CD_int),
        ACC_STATIC,
        code ->
            table(
                code,
                0,
                lines.size(),
                i -> code.aload(0).invokestatic(SELF, "a" + i, ON_STATE).ireturn()));
    for (int i = 0; i < lines.size(); i++) {
      statusMethod(builder, "a" + i, List.of(), lines.get(i).acknowledge(), false);
    }
  }

  /// `perform(State, word)`: decode, guards and body; `chain(State)`: what `execute` goes on with.
  private void perform(ClassBuilder builder) {
    int width = layout.machine.fetch().word().width();
    TypeKind kind = kind(width);
    MethodTypeDesc type = MethodTypeDesc.of(CD_int, STATE, type(width));
    String current = Layout.isWide(width) ? "currentWide" : "currentNarrow";
    method(
        builder,
        "perform",
        type,
        ACC_STATIC,
        code -> {
          Label chain = code.newLabel();
          int status = code.allocateLocal(TypeKind.INT);
          code.aload(0).loadLocal(kind, 1).putfield(STATE, current, type(width));
          dispatched(code, 1, status);
          code.iload(status).loadConstant(Engine.EXECUTE).if_icmpeq(chain);
          code.iload(status).ireturn();
          code.labelBinding(chain);
          code.aload(0).invokestatic(SELF, "chain", ON_STATE).ireturn();
        });
    method(
        builder,
        "chain",
        ON_STATE,
        ACC_STATIC,
        code -> {
          Label goOn = code.newLabel();
          Label done = code.newLabel();
          int word = code.allocateLocal(kind);
          int status = code.allocateLocal(TypeKind.INT);
          int bound = code.allocateLocal(TypeKind.INT);
          code.loadConstant(CHAIN).istore(bound);
          code.labelBinding(goOn);
          code.aload(0).getfield(STATE, current, type(width)).storeLocal(kind, word);
          dispatched(code, word, status);
          code.iload(status).loadConstant(Engine.EXECUTE).if_icmpne(done);
          code.iinc(bound, -1).iload(bound).ifgt(goOn);
          code.ldc("a chain of `execute`")
              .invokestatic(NARROW, "endless", MethodTypeDesc.of(FAULT, CD_String))
              .athrow();
          code.labelBinding(done).iload(status).ireturn();
        });
  }

  private void dispatched(CodeBuilder code, int word, int status) {
    int width = layout.machine.fetch().word().width();
    code.aload(0).loadLocal(kind(width), word);
    code.invokestatic(SELF, "number", MethodTypeDesc.of(CD_int, type(width)));
    code.loadLocal(kind(width), word);
    code.invokestatic(SELF, "dispatch", MethodTypeDesc.of(CD_int, STATE, CD_int, type(width)));
    code.istore(status);
  }

  /// `loop(State, steps)`: machine steps until so many are counted in `state.steps`, or it halts. All
  /// of a step that happens often is in this one method, with the instructions called from it.
  ///
  ///     interrupt | fetch, advance, decode, instruction     then `after`, and the next
  private void loop(ClassBuilder builder, List<Statement.RegisterWrite> simple) {
    Machine machine = layout.machine;
    Local word = machine.fetch().word();
    TypeKind kind = kind(word.width());
    boolean after = !machine.after().statements().isEmpty();
    boolean commits =
        machine.instructions().stream().anyMatch(i -> trapping.commits(i.body()))
            || trapping.commits(machine.reserved().body());
    MethodTypeDesc withWord = MethodTypeDesc.of(CD_int, STATE, type(word.width()));
    method(
        builder,
        "loop",
        LOOP,
        ACC_STATIC,
        code -> {
          Label again = code.newLabel();
          Label running = code.newLabel();
          Label count = code.newLabel();
          int at = code.allocateLocal(kind);
          int status = code.allocateLocal(TypeKind.INT);
          code.goto_(again);
          code.labelBinding(count);
          code.aload(0).dup().getfield(STATE, "steps", CD_long).lconst_1().ladd();
          code.putfield(STATE, "steps", CD_long);
          code.labelBinding(again);
          Label end = code.newLabel();
          code.aload(0).getfield(STATE, "steps", CD_long).lload(1).lcmp().ifge(end);
          code.aload(0).getfield(STATE, "halted", CD_boolean).ifeq(running);
          code.loadConstant(Engine.HALTED).ireturn();
          code.labelBinding(end).iconst_0().ireturn();
          code.labelBinding(running);
          code.aload(0).invokevirtual(STATE, "begin", MethodTypeDesc.of(CD_void));
          interrupted(code, count);
          code.aload(0)
              .invokestatic(SELF, "fetch", MethodTypeDesc.of(type(word.width()), STATE))
              .storeLocal(kind, at);
          boolean isPiecewise = machine.fetch().isPiecewise();
          if (trapping.traps(machine.fetch().read())
              || (isPiecewise && trapping.traps(machine.fetch().advance()))) {
            Label fetched = code.newLabel();
            code.aload(0).getfield(STATE, "trap", CD_int).ifeq(fetched);
            code.aload(0).invokestatic(SELF, "fetchTrapped", ON_STATE_ONLY).goto_(count);
            code.labelBinding(fetched);
          }
          var olds = new ArrayList<Integer>();
          for (var write : simple) {
            int old = code.allocateLocal(TypeKind.LONG);
            olds.add(old);
            loadSimple(code, write);
            code.laload().lstore(old);
          }
          Label done = code.newLabel();
          Label trapped = code.newLabel();
          if (!isPiecewise) {
            code.aload(0).loadLocal(kind, at);
            code.invokestatic(SELF, "advance", withWord).istore(status);
            if (trapping.traps(machine.fetch().advance())) {
              code.iload(status).ifne(trapped);
            }
          }
          code.aload(0)
              .loadLocal(kind, at)
              .putfield(
                  STATE,
                  Layout.isWide(word.width()) ? "currentWide" : "currentNarrow",
                  type(word.width()));
          instruction(code, at, status, done);
          code.labelBinding(done);
          Label completed = code.newLabel();
          code.iload(status).ifeq(completed);
          code.iload(status).loadConstant(Engine.EXECUTE).if_icmpne(trapped);
          code.aload(0).invokestatic(SELF, "chain", ON_STATE).istore(status);
          code.iload(status).ifne(trapped);
          code.labelBinding(completed);
          after(code, after);
          code.goto_(count);
          code.labelBinding(trapped);
          code.aload(0).invokevirtual(STATE, "undo", MethodTypeDesc.of(CD_void));
          if (!simple.isEmpty()) {
            Label kept = code.newLabel();
            if (commits) {
              code.aload(0).getfield(STATE, "committed", CD_boolean).ifne(kept);
            }
            for (int i = 0; i < simple.size(); i++) {
              loadSimple(code, simple.get(i));
              code.lload(olds.get(i)).lastore();
            }
            code.labelBinding(kept);
          }
          code.aload(0).iload(status).invokestatic(SELF, "trapped", mustEnter()).goto_(count);
        });
    method(
        builder,
        "run",
        MethodTypeDesc.of(CD_int, STATE, CD_long),
        0,
        code -> code.aload(1).lload(2).invokestatic(SELF, "loop", LOOP).ireturn());
    slowPaths(builder, after);
  }

  /// Takes an interrupt if one is due, and goes on to `count` then.
  private void interrupted(CodeBuilder code, Label count) {
    var body = new Body(this, code, 0, Body.STATUS, false);
    Label maybe = code.newLabel();
    Label none = code.newLabel();
    boolean any = false;
    for (TrapLine line : layout.machine.traps()) {
      if (line.when().isPresent()) {
        any = true;
        Expr lead = lead(line.when().get());
        if (sizes.of(lead) > LEAD) {
          code.goto_(maybe);
          break;
        }
        body.branch(lead, maybe, true);
      }
    }
    if (any) {
      code.goto_(none);
      code.labelBinding(maybe);
      code.aload(0).invokestatic(SELF, "interrupted", ON_STATE).ifne(count);
      code.labelBinding(none);
    }
  }

  /// What has to hold first for `condition` to hold: cheap to ask before all of it.
  private static Expr lead(Expr condition) {
    return switch (condition) {
      case Expr.Binary(var op, var left, var _) when op == Expr.BinaryOp.AND -> lead(left);
      case Expr.Conditional(var first, var _, var otherwise)
          when otherwise instanceof Expr.Constant(var value) && value.isZero() ->
          lead(first);
      default -> condition;
    };
  }

  /// The instruction that the word in `at` encodes: its status in `status`, then on to `done`.
  private void instruction(CodeBuilder code, int at, int status, Label done) {
    Local word = layout.machine.fetch().word();
    TypeKind kind = kind(word.width());
    MethodTypeDesc withWord = MethodTypeDesc.of(CD_int, STATE, type(word.width()));
    int all = numbered.size();
    if (all > CASES) {
      dispatched(code, at, status);
      return;
    }
    var cases = new ArrayList<SwitchCase>();
    for (int i = 0; i < all - 1; i++) {
      cases.add(SwitchCase.of(i, code.newLabel()));
    }
    Label reserved = code.newLabel();
    code.loadLocal(kind, at);
    code.invokestatic(SELF, "number", MethodTypeDesc.of(CD_int, type(word.width())));
    code.tableswitch(0, Math.max(0, all - 2), reserved, cases);
    for (SwitchCase one : cases) {
      code.labelBinding(one.target());
      code.aload(0).loadLocal(kind, at);
      code.invokestatic(SELF, "i" + one.caseValue(), withWord).istore(status).goto_(done);
    }
    code.labelBinding(reserved);
    code.aload(0).loadLocal(kind, at);
    code.invokestatic(SELF, "i" + (all - 1), withWord).istore(status);
  }

  /// What a step does when it is not an instruction that completes; the status is left in the
  /// state.
  private void slowPaths(ClassBuilder builder, boolean after) {
    method(
        builder,
        "interrupted",
        ON_STATE,
        ACC_STATIC,
        code -> {
          Label taken = code.newLabel();
          int cause = code.allocateLocal(TypeKind.INT);
          code.aload(0).invokestatic(SELF, "interrupt", ON_STATE).istore(cause);
          code.iload(cause).ifge(taken).iconst_0().ireturn();
          code.labelBinding(taken);
          code.aload(0)
              .iload(cause)
              .invokestatic(SELF, "acknowledge", MethodTypeDesc.of(CD_int, STATE, CD_int))
              .ifThen(c -> nested(c, 0, "the acknowledgement of an interrupt"));
          code.aload(0).iload(cause).invokestatic(SELF, "mustEnter", mustEnter());
          after(code, after);
          code.aload(0).loadConstant(Engine.FIRST_INTERRUPT).iload(cause).isub();
          code.putfield(STATE, "status", CD_int).iconst_1().ireturn();
        });
    method(
        builder,
        "fetchTrapped",
        ON_STATE_ONLY,
        ACC_STATIC,
        code -> {
          int cause = code.allocateLocal(TypeKind.INT);
          code.aload(0).getfield(STATE, "trap", CD_int).iconst_1().isub().istore(cause);
          code.aload(0).invokevirtual(STATE, "undo", MethodTypeDesc.of(CD_void));
          code.aload(0).iload(cause).loadConstant(Engine.FIRST_CAUSE).iadd();
          code.invokestatic(SELF, "trapped", mustEnter());
          code.aload(0).dup().getfield(STATE, "status", CD_int);
          code.loadConstant(Engine.IN_FETCH).iadd().putfield(STATE, "status", CD_int).return_();
        });
    method(
        builder,
        "trapped",
        mustEnter(),
        ACC_STATIC,
        code -> {
          code.aload(0).iload(1).putfield(STATE, "status", CD_int);
          code.aload(0).iconst_0().putfield(STATE, "trap", CD_int);
          code.aload(0).iload(1).loadConstant(Engine.FIRST_CAUSE).isub();
          code.invokestatic(SELF, "mustEnter", mustEnter());
          after(code, after);
          code.return_();
        });
  }

  private void loadSimple(CodeBuilder code, Statement.RegisterWrite write) {
    Register register = write.register();
    int index = ((Expr.Constant) write.index()).value().toInt();
    code.aload(0).getfield(STATE, "narrow", CD_long.arrayType());
    code.loadConstant(layout.offset(register) + index);
  }

  private static void after(CodeBuilder code, boolean any) {
    if (any) {
      code.aload(0).invokestatic(SELF, "after", ON_STATE).ifThen(c -> nested(c, 0, "`after`"));
    }
  }

  private void execute(ClassBuilder builder, String advance) {
    int width = layout.machine.fetch().word().width();
    MethodTypeDesc withWord = MethodTypeDesc.of(CD_int, STATE, type(width));
    TypeKind kind = kind(width);
    method(
        builder,
        "execute",
        ON_STATE,
        0,
        code -> {
          Label advanced = code.newLabel();
          loadArgument(code, 1, 0, width);
          code.storeLocal(kind, 2);
          code.aload(1).loadLocal(kind, 2).invokestatic(SELF, advance, withWord);
          code.dup().ifeq(advanced).ireturn();
          code.labelBinding(advanced);
          code.pop();
          code.aload(1).loadLocal(kind, 2).invokestatic(SELF, "perform", withWord).ireturn();
        });
  }

  /// `attempt(State)`: one instruction, from its fetch on.
  private void attempt(ClassBuilder builder, String advance) {
    Local word = layout.machine.fetch().word();
    MethodTypeDesc withWord = MethodTypeDesc.of(CD_int, STATE, type(word.width()));
    TypeKind kind = kind(word.width());
    method(
        builder,
        "attempt",
        ON_STATE,
        0,
        code -> {
          Label fetched = code.newLabel();
          Label advanced = code.newLabel();
          int at = code.allocateLocal(kind);
          code.aload(1)
              .invokestatic(SELF, "fetch", MethodTypeDesc.of(type(word.width()), STATE))
              .storeLocal(kind, at);
          code.aload(1).getfield(STATE, "trap", CD_int).ifeq(fetched);
          code.aload(1).getfield(STATE, "trap", CD_int);
          code.loadConstant(Engine.IN_FETCH + Engine.FIRST_CAUSE - 1).iadd().ireturn();
          code.labelBinding(fetched);
          if (!layout.machine.fetch().isPiecewise()) {
            code.aload(1).loadLocal(kind, at).invokestatic(SELF, advance, withWord);
            code.dup().ifeq(advanced).ireturn();
            code.labelBinding(advanced);
            code.pop();
          }
          code.aload(1).loadLocal(kind, at).invokestatic(SELF, "perform", withWord).ireturn();
        });
  }

  /// The other parts of a step, one by one.
  private void piecewise(ClassBuilder builder) {
    boolean after = !layout.machine.after().statements().isEmpty();
    method(
        builder,
        "due",
        ON_STATE,
        0,
        code -> code.aload(1).invokestatic(SELF, "interrupt", ON_STATE).ireturn());
    method(
        builder,
        "take",
        mustEnter(),
        0,
        code ->
            code.aload(1)
                .iload(2)
                .invokestatic(SELF, "acknowledge", MethodTypeDesc.of(CD_int, STATE, CD_int))
                .ifThen(c -> nested(c, 1, "the acknowledgement of an interrupt"))
                .return_());
    method(
        builder,
        "pass",
        ON_STATE_ONLY,
        0,
        code -> {
          if (after) {
            code.aload(1)
                .invokestatic(SELF, "after", ON_STATE)
                .ifThen(c -> nested(c, 1, "`after`"));
          }
          code.return_();
        });
  }

  // Methods of the description.

  private static MethodTypeDesc statusType(List<Local> parameters) {
    return type(CD_int, parameters);
  }

  private static MethodTypeDesc type(ClassDesc result, List<Local> parameters) {
    var types = new ArrayList<ClassDesc>();
    types.add(STATE);
    parameters.forEach(p -> types.add(type(p.width())));
    return MethodTypeDesc.of(result, types);
  }

  /// A block as a method that returns a status.
  private void statusMethod(
      ClassBuilder builder,
      String name,
      List<Local> parameters,
      Statement.Block block,
      boolean logged) {
    method(
        builder,
        name,
        statusType(parameters),
        ACC_STATIC,
        code -> {
          var body = new Body(this, code, 0, Body.STATUS, false);
          parameters.forEach(body::parameter);
          body.blockWithLocals(block, List.of(), logged);
          code.iconst_0().ireturn();
        });
  }

  private void valueMethod(
      ClassBuilder builder,
      String name,
      List<Local> parameters,
      int width,
      Consumer<Body> content) {
    method(
        builder,
        name,
        type(type(width), parameters),
        ACC_STATIC,
        code -> {
          var body = new Body(this, code, 0, width, false);
          parameters.forEach(body::parameter);
          content.accept(body);
        });
  }

  private record Variant(Object of, boolean logged, boolean harmless) {}

  /// The method of `function`, made now if it is the first call.
  Callee callee(Function function, boolean logged, boolean harmless) {
    MethodTypeDesc type =
        function.width().isPresent()
            ? type(type(function.width().getAsInt()), function.parameters())
            : statusType(function.parameters());
    int result = function.width().orElse(Body.STATUS);
    return callee(
        new Variant(function, logged, harmless),
        "f",
        type,
        function.parameters(),
        result,
        function.body());
  }

  /// The method of `space`: (state, address[, access]) -> index.
  Callee callee(Space space, boolean logged, boolean harmless) {
    var parameters = new ArrayList<Local>();
    parameters.add(space.address());
    space.access().ifPresent(parameters::add);
    int width = space.memory().indexWidth();
    return callee(
        new Variant(space, logged, harmless),
        "s",
        type(type(width), parameters),
        parameters,
        width,
        space.body());
  }

  /// A method of the generated class.
  record Callee(String name, MethodTypeDesc type) {
    void invoke(CodeBuilder code) {
      code.invokestatic(SELF, name, type);
    }
  }

  private Callee callee(
      Variant variant,
      String prefix,
      MethodTypeDesc type,
      List<Local> parameters,
      int result,
      Statement.Block block) {
    String known = names.get(variant);
    if (known != null) {
      return new Callee(known, type);
    }
    String name = prefix + "_" + names.size();
    names.put(variant, name);
    methods.add(builder ->
        method(
            builder,
            name,
            type,
            ACC_STATIC,
            code -> {
              var body = new Body(this, code, 0, result, variant.harmless);
              parameters.forEach(body::parameter);
              body.blockWithLocals(block, List.of(), variant.logged);
              body.leaveWithNothing();
            }));
    return new Callee(name, type);
  }

  /// The name of a new method for a part of a large description.
  String part(MethodTypeDesc type, Consumer<CodeBuilder> content) {
    String name = "p" + parts++;
    methods.add(builder -> method(builder, name, type, ACC_STATIC, content));
    return name;
  }

  void invoke(CodeBuilder code, String name, MethodTypeDesc type) {
    code.invokestatic(SELF, name, type);
  }

  void loadData(CodeBuilder code, Object object, ClassDesc type) {
    code.loadConstant(
        java.lang.constant.DynamicConstantDesc.ofNamed(
            java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT,
            java.lang.constant.ConstantDescs.DEFAULT_NAME,
            type,
            data(object)));
  }
}
