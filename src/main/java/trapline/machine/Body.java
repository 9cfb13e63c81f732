package trapline.machine;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.codec.Evaluation;
import trapline.isa.Access;
import trapline.isa.DeviceCell;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;

/// The code of one method: statements and expressions of a description as bytecode.
///
/// An expression leaves its value on the operand stack. A statement leaves the stack empty, or the
/// method. Writes are logged where a trap may follow them.
///
/// What is too large for one method keeps its locals in a frame, two arrays, and is spread over parts:
///
///     part        (State, frame) -> FELL_THROUGH | RETURNED | status     some statements
///     expression  (State, frame) -> value
final class Body {
  /// As the width of a result: the method returns a status.
  static final int STATUS = 0;

  /// How often a `while` may go round.
  private static final int ROUNDS = 1 << 24;

  /// The largest description, in nodes of [Sizes], that becomes one method.
  private static final int WHOLE = 800;

  /// The largest part of one that does not.
  private static final int PART = 400;

  private static final int RETURNED = -1;

  private static final ClassDesc STATE = Compiler.STATE;
  private static final ClassDesc BIG = Compiler.BIG;
  private static final ClassDesc NARROW = ClassDesc.of("trapline.machine.Narrow");
  private static final ClassDesc WIDE = ClassDesc.of("trapline.machine.Wide");
  private static final ClassDesc CHOICES = ClassDesc.of("trapline.machine.Choices");
  private static final ClassDesc FAULT = ClassDesc.of("trapline.machine.Fault");
  private static final ClassDesc UNSPECIFIED = ClassDesc.of("trapline.isa.UnspecifiedFunction");

  private final Compiler compiler;
  private final Layout layout;
  private final CodeBuilder code;
  private final int state;
  private final int result;
  private final boolean harmless;
  private final Map<Local, Integer> slots = new HashMap<>();
  private int nextParameter;
  private @Nullable Label finish;
  private @Nullable Frame frame;

  /// The expression that this method was made for.
  private @Nullable Expr own;

  /// The width of the result of the whole of which this is a part; none if this is no part.
  private OptionalInt partOf = OptionalInt.empty();

  /// The locals of a description spread over several methods: two arrays in the slots after the
  /// state's, or in `narrow` and `wide` of the method that makes them. Element 0 of either holds
  /// the result.
  private record Frame(
      Map<Local, Integer> places, Map<Expr, String> outlined, int narrow, int wide) {
    static final ClassDesc NARROWS = CD_long.arrayType();
    static final ClassDesc WIDES = BIG.arrayType();
    static final MethodTypeDesc PART = MethodTypeDesc.of(CD_int, STATE, NARROWS, WIDES);

    Frame at(int narrow, int wide) {
      return new Frame(places, outlined, narrow, wide);
    }
  }

  /// `state` is the slot of the state, and parameters follow it; `result` the width of the result.
  Body(Compiler compiler, CodeBuilder code, int state, int result, boolean harmless) {
    this.compiler = compiler;
    this.code = code;
    this.state = state;
    this.result = result;
    this.harmless = harmless;
    layout = compiler.layout;
    nextParameter = state + 1;
  }

  CodeBuilder code() {
    return code;
  }

  /// The next parameter of the method is `local`.
  void parameter(Local local) {
    slots.put(local, nextParameter);
    nextParameter += Compiler.kind(local.width()).slotSize();
  }

  /// `Return` goes there instead of leaving the method.
  void finishAt(Label label) {
    finish = label;
  }

  void takeArguments(List<Local> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      Local input = inputs.get(i);
      int slot = code.allocateLocal(Compiler.kind(input.width()));
      Compiler.loadArgument(code, state, i, input.width());
      code.storeLocal(Compiler.kind(input.width()), slot);
      slots.put(input, slot);
    }
  }

  void leaveResults(List<? extends Expr> results) {
    for (int i = 0; i < results.size(); i++) {
      storeArgument(i, results.get(i));
    }
  }

  /// Takes the operands of an encoding out of the word.
  void operands(Encoding encoding, Local word) {
    for (Encoding.Operand operand : encoding.operands()) {
      emit(decoding(operand, word));
      int slot = code.allocateLocal(Compiler.kind(operand.local().width()));
      code.storeLocal(Compiler.kind(operand.local().width()), slot);
      slots.put(operand.local(), slot);
    }
  }

  private static Expr decoding(Encoding.Operand operand, Local word) {
    var pieces = new ArrayList<>(operand.pieces());
    pieces.sort(Comparator.comparingInt(Encoding.Piece::low));
    Expr value = null;
    int filled = 0;
    for (var piece : pieces) {
      Expr bits = new Expr.Extract(word, piece.at() + piece.width() - 1, piece.at());
      value = value == null ? bits : new Expr.Concat(bits, padded(value, piece.low() - filled));
      if (filled == 0 && piece.low() > 0) {
        value = new Expr.Concat(bits, new Expr.Constant(Bits.zero(piece.low())));
      }
      filled = piece.low() + piece.width();
    }
    if (value == null) {
      return new Expr.Constant(Bits.zero(operand.local().width()));
    }
    return filled == operand.local().width()
        ? value
        : new Expr.Extend(value, operand.local().width(), false);
  }

  private static Expr padded(Expr low, int gap) {
    return gap == 0 ? low : new Expr.Concat(new Expr.Constant(Bits.zero(gap)), low);
  }

  /// The block, with its locals (and those of `results`) zero at the start. `after` tells whether a
  /// trap may follow the block.
  void blockWithLocals(Statement.Block block, List<? extends Expr> results, boolean after) {
    declare(block);
    for (Expr expr : results) {
      if (expr instanceof Local local) {
        declare(local);
      }
    }
    makeFrameFor(compiler.sizes.of(block) + results.stream().mapToInt(compiler.sizes::of).sum());
    block(block, after);
  }

  /// Makes ready for so much code.
  void makeFrameFor(int size) {
    if (size > WHOLE) {
      makeFrame();
    }
  }

  /// Moves all locals into a frame.
  private void makeFrame() {
    var places = new HashMap<Local, Integer>();
    int narrow = code.allocateLocal(TypeKind.REFERENCE);
    int wide = code.allocateLocal(TypeKind.REFERENCE);
    slots.keySet().forEach(local -> places.put(local, places.size() + 1));
    code.loadConstant(places.size() + 1).newarray(TypeKind.LONG).astore(narrow);
    code.loadConstant(places.size() + 1).anewarray(BIG).astore(wide);
    var moved = new Frame(places, new IdentityHashMap<>(), narrow, wide);
    slots.forEach((local, slot) -> {
      boolean isWide = Layout.isWide(local.width());
      code.aload(isWide ? wide : narrow).loadConstant(places.get(local));
      code.loadLocal(Compiler.kind(local.width()), slot);
      if (isWide) {
        code.aastore();
      } else {
        code.lastore();
      }
    });
    slots.clear();
    frame = moved;
  }

  /// Leaves a method whose description has come to its end without a result.
  void leaveWithNothing() {
    if (result == STATUS) {
      code.iconst_0().ireturn();
    } else if (Layout.isWide(result)) {
      code.getstatic(BIG, "ZERO", BIG).areturn();
    } else {
      code.lconst_0().lreturn();
    }
  }

  private void declare(Statement.Block block) {
    for (Statement statement : block.statements()) {
      switch (statement) {
        case Statement.Assign assign -> declare(assign.target());
        case Statement.Load load -> declare(load.target());
        case Statement.Input input -> declare(input.target());
        case Statement.Call call -> call.target().ifPresent(this::declare);
        case Statement.Choose choose -> declare(choose.target());
        case Statement.If(var _, var then, var otherwise) -> {
          declare(then);
          declare(otherwise);
        }
        case Statement.While loop -> declare(loop.body());
        case Statement.RegisterWrite _,
            Statement.MemoryWrite _,
            Statement.Store _,
            Statement.Output _,
            Statement.Raise _,
            Statement.Return _,
            Statement.Halt _,
            Statement.Commit _,
            Statement.Unpredictable _,
            Statement.Execute _ -> {}
      }
    }
  }

  private void declare(Local local) {
    if (!slots.containsKey(local)) {
      int slot = code.allocateLocal(Compiler.kind(local.width()));
      zero(local.width());
      code.storeLocal(Compiler.kind(local.width()), slot);
      slots.put(local, slot);
    }
  }

  private void zero(int width) {
    if (Layout.isWide(width)) {
      code.getstatic(BIG, "ZERO", BIG);
    } else {
      code.lconst_0();
    }
  }

  private int slot(Local local) {
    Integer slot = slots.get(local);
    if (slot == null) {
      throw new IllegalArgumentException("unbound " + local);
    }
    return slot;
  }

  // Statements.

  private void block(Statement.Block block, boolean after) {
    List<Statement> statements = block.statements();
    if (frame == null || compiler.sizes.of(block) <= PART) {
      statements(statements, after);
      return;
    }
    int start = 0;
    while (start < statements.size()) {
      int end = start + 1;
      int size = compiler.sizes.of(statements.get(start));
      while (end < statements.size() && size + compiler.sizes.of(statements.get(end)) <= PART) {
        size += compiler.sizes.of(statements.get(end++));
      }
      part(
          statements.subList(start, end),
          compiler.trapping.follows(statements, end - 1, after),
          frame);
      start = end;
    }
  }

  private void statements(List<Statement> statements, boolean after) {
    for (int i = 0; i < statements.size(); i++) {
      statement(statements.get(i), harmless || compiler.trapping.follows(statements, i, after));
    }
  }

  /// Some statements as a method of their own, and the call.
  private void part(List<Statement> statements, boolean after, Frame from) {
    int width = partOf.orElse(result);
    String name =
        compiler.part(
            Frame.PART,
            builder -> {
              var body = new Body(compiler, builder, 0, STATUS, harmless);
              body.partOf = OptionalInt.of(width);
              body.frame = from.at(1, 2);
              body.statements(statements, after);
              builder.iconst_0().ireturn();
            });
    code.aload(state).aload(from.narrow).aload(from.wide);
    compiler.invoke(code, name, Frame.PART);
    int status = code.allocateLocal(TypeKind.INT);
    Label next = code.newLabel();
    Label trapped = code.newLabel();
    code.istore(status).iload(status).ifeq(next);
    code.iload(status).loadConstant(RETURNED).if_icmpne(trapped);
    if (partOf.isPresent()) {
      code.loadConstant(RETURNED).ireturn();
    } else if (finish != null) {
      code.goto_w(finish);
    } else if (result == STATUS) {
      code.iconst_0().ireturn();
    } else if (Layout.isWide(result)) {
      code.aload(from.wide).iconst_0().aaload().areturn();
    } else {
      code.aload(from.narrow).iconst_0().laload().lreturn();
    }
    code.labelBinding(trapped);
    leaveTrapped(() -> code.iload(status));
    code.labelBinding(next);
  }

  /// Leaves the value of a large expression, computed by a method of its own.
  private void outlined(Expr expr, Frame from) {
    MethodTypeDesc type =
        MethodTypeDesc.of(Compiler.type(expr.width()), STATE, Frame.NARROWS, Frame.WIDES);
    String name = from.outlined.get(expr);
    if (name == null) {
      name =
          compiler.part(
              type,
              builder -> {
                var body = new Body(compiler, builder, 0, expr.width(), harmless);
                body.frame = from.at(1, 2);
                body.own = expr;
                body.inner(expr);
                builder.return_(Compiler.kind(expr.width()));
              });
      from.outlined.put(expr, name);
    }
    code.aload(state).aload(from.narrow).aload(from.wide);
    compiler.invoke(code, name, type);
  }

  private void statement(Statement statement, boolean logged) {
    switch (statement) {
      case Statement.Assign(var target, var value) -> {
        emit(value);
        store(target);
      }
      case Statement.RegisterWrite write -> registerWrite(write, logged);
      case Statement.MemoryWrite(var memory, var index, var value) -> {
        int at = code.allocateLocal(TypeKind.LONG);
        longIndex(index, memory);
        isNoDevice(memory);
        reach(memory);
        code.lstore(at);
        memoryWrite(memory, at, value, logged);
      }
      case Statement.Load(var target, var space, var address, var access) -> {
        int at = translate(space, address, access, logged);
        Label end = code.newLabel();
        toDevices(
            space,
            at,
            access,
            end,
            d -> call(new Statement.Call(Optional.of(target), d.get(), List.of()), logged));
        reach(space.memory(), at);
        memoryRead(space.memory(), at);
        store(target);
        code.labelBinding(end);
      }
      case Statement.Store(var space, var address, var value) -> {
        emit(value);
        var kept = new Local("value", value.width());
        slots.put(kept, code.allocateLocal(Compiler.kind(value.width())));
        store(kept);
        int at = translate(space, address, Access.STORE, logged);
        Label end = code.newLabel();
        toDevices(
            space,
            at,
            Access.STORE,
            end,
            d -> call(new Statement.Call(Optional.empty(), d.set(), List.of(kept)), logged));
        reach(space.memory(), at);
        memoryWrite(space.memory(), at, kept, logged);
        code.labelBinding(end);
      }
      case Statement.Input(var target, var port) -> {
        emit(new Expr.PortPeek(port));
        store(target);
        code.aload(state).loadConstant(layout.number(port));
        code.invokevirtual(STATE, "consume", MethodTypeDesc.of(CD_void, CD_int));
      }
      case Statement.Output(var port, var value) -> {
        code.aload(state).loadConstant(layout.number(port));
        emit(value);
        code.invokevirtual(
            STATE, "output", MethodTypeDesc.of(CD_void, CD_int, Compiler.type(value.width())));
      }
      case Statement.Call call -> call(call, logged);
      case Statement.Choose(var target, var constraint) -> choose(target, constraint);
      case Statement.If(var condition, var then, var otherwise) -> {
        Label other = code.newLabel();
        branch(condition, other, false);
        block(then, logged);
        if (otherwise.statements().isEmpty()) {
          code.labelBinding(other);
        } else {
          Label end = code.newLabel();
          code.goto_(end);
          code.labelBinding(other);
          block(otherwise, logged);
          code.labelBinding(end);
        }
      }
      case Statement.While loop -> loop(loop, logged);
      case Statement.Raise(var cause, var arguments) -> {
        for (int i = 0; i < arguments.size(); i++) {
          storeArgument(i, arguments.get(i));
        }
        int number = layout.number(cause);
        code.aload(state).loadConstant(number + 1).putfield(STATE, "trap", CD_int);
        leaveTrapped(() -> code.loadConstant(Engine.FIRST_CAUSE + number));
      }
      case Statement.Return(var value) -> {
        if (partOf.isPresent()) {
          if (frame != null && partOf.getAsInt() != STATUS) {
            int width = partOf.getAsInt();
            emit(value.orElseThrow());
            adapt(value.orElseThrow().width(), width);
            storeInFrame(frame, 0, width);
          }
          code.loadConstant(RETURNED).ireturn();
        } else if (finish != null) {
          code.goto_w(finish);
        } else if (result == STATUS) {
          code.iconst_0().ireturn();
        } else {
          emit(value.orElseThrow());
          adapt(value.orElseThrow().width(), result);
          code.return_(Compiler.kind(result));
        }
      }
      case Statement.Halt _ ->
          code.aload(state).invokevirtual(STATE, "halt", MethodTypeDesc.of(CD_void));
      case Statement.Commit _ -> {
        if (!harmless) {
          code.aload(state).invokevirtual(STATE, "commit", MethodTypeDesc.of(CD_void));
        }
      }
      case Statement.Unpredictable(var message) -> unpredictable(message);
      case Statement.Execute(var word) -> {
        boolean wide = Layout.isWide(word.width());
        code.aload(state);
        emit(word);
        code.putfield(STATE, wide ? "currentWide" : "currentNarrow", Compiler.type(word.width()));
        leaveTrapped(() -> code.loadConstant(Engine.EXECUTE));
      }
    }
  }

  /// Leaves with a status, or with any value when the method returns one.
  private void leaveTrapped(Runnable status) {
    if (result == STATUS) {
      status.run();
      code.ireturn();
    } else {
      leaveWithNothing();
    }
  }

  private void leaveIfTrapped() {
    Label fine = code.newLabel();
    code.aload(state).getfield(STATE, "trap", CD_int).ifeq(fine);
    leaveTrapped(() ->
        code.aload(state)
            .getfield(STATE, "trap", CD_int)
            .loadConstant(Engine.FIRST_CAUSE - 1)
            .iadd());
    code.labelBinding(fine);
  }

  private void registerWrite(Statement.RegisterWrite write, boolean logged) {
    Register register = write.register();
    boolean wide = Layout.isWide(register.width());
    String array = wide ? "wide" : "narrow";
    ClassDesc type = wide ? BIG.arrayType() : CD_long.arrayType();
    if (logged) {
      int at = code.allocateLocal(TypeKind.INT);
      registerIndex(register, write.index());
      code.istore(at);
      code.aload(state).iload(at);
      code.invokevirtual(STATE, wide ? "logWide" : "logNarrow", MethodTypeDesc.of(CD_void, CD_int));
      code.aload(state).getfield(STATE, array, type).iload(at);
    } else {
      code.aload(state).getfield(STATE, array, type);
      registerIndex(register, write.index());
    }
    emit(write.value());
    if (wide) {
      code.aastore();
    } else {
      code.lastore();
    }
  }

  /// Leaves the physical index in a fresh local.
  private int translate(Space space, Expr address, Access access, boolean logged) {
    code.aload(state);
    emit(address);
    adapt(address.width(), space.address().width());
    if (space.access().isPresent()) {
      Bits value = space.accessValues().get(access);
      emit(new Expr.Constant(value == null ? Bits.zero(space.access().get().width()) : value));
    }
    boolean noted = compiler.confined && !Layout.isWide(space.address().width());
    if (noted) {
      noteReference(space, access);
    }
    compiler.callee(space, logged || harmless, harmless).invoke(code);
    int width = space.memory().indexWidth();
    int at = code.allocateLocal(TypeKind.LONG);
    code.lstore(at);
    if (compiler.trapping.traps(space)) {
      leaveIfTrapped();
    }
    if (noted) {
      code.aload(state).loadConstant(State.NOWHERE).putfield(STATE, "translating", CD_int);
    }
    if (!fits(width, space.memory())) {
      code.lload(at).loadConstant(space.memory().last()).ldc(space.memory().name());
      code.invokestatic(
              NARROW, "longIndex", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_String))
          .lstore(at);
    }
    return at;
  }

  /// Tells the state which reference is being translated, by the arguments on the stack.
  private void noteReference(Space space, Access access) {
    Optional<Local> how = space.access();
    int kind = how.isPresent() ? code.allocateLocal(Compiler.kind(how.get().width())) : -1;
    if (how.isPresent()) {
      code.storeLocal(Compiler.kind(how.get().width()), kind);
    }
    code.dup2().aload(state).dup_x2().pop();
    code.loadConstant(layout.machine.spaces().indexOf(space)).loadConstant(access.ordinal());
    code.invokevirtual(STATE, "translates", MethodTypeDesc.of(CD_void, CD_long, CD_int, CD_int));
    if (how.isPresent()) {
      code.loadLocal(Compiler.kind(how.get().width()), kind);
    }
  }

  /// For each register of a device that the cell may be: acts on it, and goes to `end`.
  private void toDevices(
      Space space, int at, Access access, Label end, Consumer<DeviceCell> reference) {
    for (DeviceCell device : space.devices()) {
      Label next = code.newLabel();
      code.lload(at).loadConstant(device.index().toLong()).lcmp().ifne(next);
      if (access == Access.FETCH) {
        unpredictable(device.reachedBy("a fetch"));
      } else {
        if (compiler.confined && layout.isPlaced(space.memory())) {
          code.aload(state).lload(at).ldc(device.name());
          code.invokevirtual(STATE, "device", MethodTypeDesc.of(CD_void, CD_long, CD_String));
        }
        reference.accept(device);
        code.goto_(end);
      }
      code.labelBinding(next);
    }
  }

  /// Stops the machine where the cell whose index is on the stack is a device's, as the access is
  /// physical.
  private void isNoDevice(Memory memory) {
    if (!layout.machine.devices(memory).isEmpty()) {
      code.aload(state).dup_x2().pop().loadConstant(layout.number(memory));
      code.invokevirtual(STATE, "isNoDevice", MethodTypeDesc.of(CD_long, CD_long, CD_int));
    }
  }

  private void unpredictable(String message) {
    code.ldc(message)
        .invokestatic(NARROW, "unpredictable", MethodTypeDesc.of(FAULT, CD_String))
        .athrow();
  }

  /// Where the cell whose index is on the stack lies, if storage is confined.
  private void reach(Memory memory) {
    if (compiler.confined && layout.isPlaced(memory)) {
      code.aload(state).dup_x2().pop();
      code.invokevirtual(STATE, "reach", MethodTypeDesc.of(CD_long, CD_long));
    }
  }

  private void reach(Memory memory, int at) {
    if (compiler.confined && layout.isPlaced(memory)) {
      code.aload(state).lload(at);
      code.invokevirtual(STATE, "reach", MethodTypeDesc.of(CD_long, CD_long)).lstore(at);
    }
  }

  private void memoryRead(Memory memory, int at) {
    int number = layout.number(memory);
    if (layout.isDense(memory)) {
      cells(number);
      code.lload(at).l2i().laload();
    } else {
      boolean wide = Layout.isWide(memory.width());
      code.aload(state).loadConstant(number).lload(at);
      code.invokevirtual(
          STATE,
          wide ? "wideCell" : "cell",
          MethodTypeDesc.of(wide ? BIG : CD_long, CD_int, CD_long));
    }
  }

  private void memoryWrite(Memory memory, int at, Expr value, boolean logged) {
    int number = layout.number(memory);
    boolean wide = Layout.isWide(memory.width());
    if (compiler.confined && layout.isPlaced(memory)) {
      code.aload(state).lload(at);
      code.invokevirtual(STATE, "wrote", MethodTypeDesc.of(CD_void, CD_long));
    }
    if (logged) {
      code.aload(state).loadConstant(number).lload(at);
      code.invokevirtual(
          STATE, wide ? "logWideCell" : "logCell", MethodTypeDesc.of(CD_void, CD_int, CD_long));
    }
    if (layout.isDense(memory)) {
      cells(number);
      code.lload(at).l2i();
      emit(value);
      code.lastore();
    } else {
      code.aload(state).loadConstant(number).lload(at);
      emit(value);
      code.invokevirtual(
          STATE,
          wide ? "wideCell" : "cell",
          MethodTypeDesc.of(CD_void, CD_int, CD_long, wide ? BIG : CD_long));
    }
  }

  private void cells(int memory) {
    if (memory == 0) {
      code.aload(state).getfield(STATE, "first", CD_long.arrayType());
    } else {
      code.aload(state).getfield(STATE, "dense", CD_long.arrayType().arrayType());
      code.loadConstant(memory).aaload();
    }
  }

  private void call(Statement.Call call, boolean logged) {
    var function = call.function();
    code.aload(state);
    for (int i = 0; i < function.parameters().size(); i++) {
      emit(call.arguments().get(i));
      adapt(call.arguments().get(i).width(), function.parameters().get(i).width());
    }
    compiler.callee(function, logged || harmless, harmless).invoke(code);
    boolean traps = compiler.trapping.traps(function);
    if (function.width().isPresent()) {
      int width = function.width().getAsInt();
      if (call.target().isPresent()) {
        adapt(width, call.target().get().width());
        store(call.target().get());
      } else if (Layout.isWide(width)) {
        code.pop();
      } else {
        code.pop2();
      }
      if (traps) {
        leaveIfTrapped();
      }
    } else if (traps) {
      Label fine = code.newLabel();
      int status = code.allocateLocal(TypeKind.INT);
      code.istore(status).iload(status).ifeq(fine);
      leaveTrapped(() -> code.iload(status));
      code.labelBinding(fine);
    } else {
      code.pop();
    }
  }

  private void choose(Local target, Optional<Expr> constraint) {
    boolean wide = Layout.isWide(target.width());
    int attempt = code.allocateLocal(TypeKind.INT);
    code.aload(state).invokestatic(CHOICES, "any", MethodTypeDesc.of(CD_void, STATE));
    code.iconst_0().istore(attempt);
    Label again = code.newLabel();
    Label found = code.newLabel();
    code.labelBinding(again);
    code.aload(state).iload(attempt).loadConstant(target.width());
    code.invokestatic(
        CHOICES,
        wide ? "wideCandidate" : "candidate",
        MethodTypeDesc.of(wide ? BIG : CD_long, STATE, CD_int, CD_int));
    store(target);
    constraint.ifPresent(c -> {
      branch(c, found, true);
      code.iinc(attempt, 1).goto_(again);
    });
    code.labelBinding(found);
  }

  private void loop(Statement.While loop, boolean logged) {
    int rounds = code.allocateLocal(TypeKind.INT);
    code.loadConstant(ROUNDS).istore(rounds);
    Label again = code.newLabel();
    Label end = code.newLabel();
    Label bounded = code.newLabel();
    code.labelBinding(again);
    branch(loop.condition(), end, false);
    code.iinc(rounds, -1).iload(rounds).ifgt(bounded);
    code.ldc("a `while`")
        .invokestatic(NARROW, "endless", MethodTypeDesc.of(FAULT, CD_String))
        .athrow();
    code.labelBinding(bounded);
    block(loop.body(), logged || compiler.trapping.traps(loop.body()));
    code.goto_(again);
    code.labelBinding(end);
  }

  private void store(Local target) {
    if (frame != null && frame.places.get(target) instanceof Integer place) {
      storeInFrame(frame, place, target.width());
    } else {
      code.storeLocal(Compiler.kind(target.width()), slot(target));
    }
  }

  private void storeInFrame(Frame frame, int place, int width) {
    if (Layout.isWide(width)) {
      code.aload(frame.wide).swap().loadConstant(place).swap().aastore();
    } else {
      code.aload(frame.narrow).dup_x2().pop().loadConstant(place).dup_x2().pop().lastore();
    }
  }

  private void storeArgument(int index, Expr value) {
    boolean wide = Layout.isWide(value.width());
    code.aload(state);
    if (wide) {
      code.getfield(STATE, "wideArguments", BIG.arrayType()).loadConstant(index);
      emit(value);
      code.aastore();
    } else {
      code.getfield(STATE, "narrowArguments", CD_long.arrayType()).loadConstant(index);
      emit(value);
      code.lastore();
    }
  }

  // Expressions.

  /// Leaves the value of `expr` on the stack.
  void emit(Expr expr) {
    Bits constant = constant(expr);
    if (constant != null) {
      emitConstant(constant);
    } else if (frame != null && expr != own && compiler.sizes.of(expr) > PART) {
      outlined(expr, frame);
    } else {
      inner(expr);
    }
  }

  private void inner(Expr expr) {
    switch (expr) {
      case Expr.Constant(var value) -> emitConstant(value);
      case Local local -> {
        if (frame != null && frame.places.get(local) instanceof Integer place) {
          if (Layout.isWide(local.width())) {
            code.aload(frame.wide).loadConstant(place).aaload();
          } else {
            code.aload(frame.narrow).loadConstant(place).laload();
          }
        } else if (slots.containsKey(local) || local != layout.machine.fetch().word()) {
          code.loadLocal(Compiler.kind(local.width()), slot(local));
        } else {
          boolean wide = Layout.isWide(local.width());
          code.aload(state);
          code.getfield(
              STATE, wide ? "currentWide" : "currentNarrow", Compiler.type(local.width()));
        }
      }
      case Expr.RegisterRead(var register, var index) -> {
        boolean wide = Layout.isWide(register.width());
        code.aload(state)
            .getfield(
                STATE, wide ? "wide" : "narrow", wide ? BIG.arrayType() : CD_long.arrayType());
        registerIndex(register, index);
        if (wide) {
          code.aaload();
        } else {
          code.laload();
        }
      }
      case Expr.MemoryRead(var memory, var index) -> {
        int number = layout.number(memory);
        if (layout.isDense(memory)) {
          cells(number);
          longIndex(index, memory);
          isNoDevice(memory);
          reach(memory);
          code.l2i().laload();
        } else {
          boolean wide = Layout.isWide(memory.width());
          code.aload(state).loadConstant(number);
          longIndex(index, memory);
          isNoDevice(memory);
          reach(memory);
          code.invokevirtual(
              STATE,
              wide ? "wideCell" : "cell",
              MethodTypeDesc.of(wide ? BIG : CD_long, CD_int, CD_long));
        }
      }
      case Expr.PortPeek(var port) -> {
        boolean wide = Layout.isWide(port.width());
        code.aload(state).loadConstant(layout.number(port));
        code.invokevirtual(
            STATE, wide ? "peekWide" : "peek", MethodTypeDesc.of(wide ? BIG : CD_long, CD_int));
      }
      case Expr.Unary unary -> unary(unary);
      case Expr.Binary binary -> binary(binary);
      case Expr.Extract extract -> extract(extract);
      case Expr.Concat concat -> concat(concat);
      case Expr.Extend extend -> extend(extend);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        Label other = code.newLabel();
        Label end = code.newLabel();
        branch(condition, other, false);
        emit(then);
        code.goto_(end);
        code.labelBinding(other);
        emit(otherwise);
        code.labelBinding(end);
      }
      case Expr.Unspecified(var function, var arguments) -> {
        compiler.loadData(code, compiler.choices, CHOICES);
        code.aload(state);
        compiler.loadData(code, function, UNSPECIFIED);
        code.loadConstant(arguments.size()).anewarray(BIG);
        for (int i = 0; i < arguments.size(); i++) {
          code.dup().loadConstant(i);
          emit(arguments.get(i));
          adapt(arguments.get(i).width(), Long.SIZE + 1);
          code.aastore();
        }
        code.invokestatic(
            CHOICES,
            "choose",
            MethodTypeDesc.of(BIG, CHOICES, STATE, UNSPECIFIED, BIG.arrayType()));
        adapt(Long.SIZE + 1, expr.width());
      }
    }
  }

  private void emitConstant(Bits value) {
    if (Layout.isWide(value.width())) {
      compiler.loadData(code, value.value(), BIG);
    } else {
      code.loadConstant(value.toLong());
    }
  }

  /// The value of an expression without variables, or null.
  private static @Nullable Bits constant(Expr expr) {
    return switch (expr) {
      case Expr.Constant(var value) -> value;
      case Local _, Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ ->
          null;
      case Expr.Unary(var op, var operand) ->
          constant(operand) instanceof Bits a ? Evaluation.unary(op, a) : null;
      case Expr.Binary(var op, var left, var right) ->
          constant(left) instanceof Bits a && constant(right) instanceof Bits b
              ? Evaluation.binary(op, a, b)
              : null;
      case Expr.Extract(var operand, int high, int low) ->
          constant(operand) instanceof Bits a ? a.extract(high, low) : null;
      case Expr.Concat(var left, var right) ->
          constant(left) instanceof Bits a && constant(right) instanceof Bits b
              ? a.concat(b)
              : null;
      case Expr.Extend(var operand, int width, boolean signed) ->
          constant(operand) instanceof Bits a ? (signed ? a.sext(width) : a.zext(width)) : null;
      case Expr.Conditional(var condition, var then, var otherwise) ->
          constant(condition) instanceof Bits c ? constant(c.isTrue() ? then : otherwise) : null;
    };
  }

  /// From a value of width `from` on the stack to the representation of width `to`; wider by zeros.
  private void adapt(int from, int to) {
    if (!Layout.isWide(from) && Layout.isWide(to)) {
      code.invokestatic(WIDE, "of", Compiler.ofNarrow());
    } else if (Layout.isWide(from) && !Layout.isWide(to)) {
      code.loadConstant(0).loadConstant(to);
      code.invokestatic(WIDE, "extractNarrow", MethodTypeDesc.of(CD_long, BIG, CD_int, CD_int));
    }
  }

  /// Leaves the place of the element in the array of registers, as an int.
  private void registerIndex(Register register, Expr index) {
    int offset = layout.offset(register);
    if (register.count() == 1) {
      code.loadConstant(offset);
      return;
    }
    if (constant(index) instanceof Bits value
        && value.value().bitLength() < 31
        && value.toInt() < register.count()) {
      code.loadConstant(offset + value.toInt());
      return;
    }
    emit(index);
    if (Layout.isWide(index.width())) {
      code.loadConstant((long) register.count() - 1).ldc(register.name());
      code.invokestatic(NARROW, "index", MethodTypeDesc.of(CD_long, BIG, CD_long, CD_String));
      code.l2i();
    } else if (fits(significant(index), register)) {
      code.l2i();
    } else {
      code.loadConstant((long) register.count() - 1).ldc(register.name());
      code.invokestatic(NARROW, "index", MethodTypeDesc.of(CD_int, CD_long, CD_long, CD_String));
    }
    if (offset > 0) {
      code.loadConstant(offset).iadd();
    }
  }

  /// Leaves an index in range, as a long.
  private void longIndex(Expr index, Memory of) {
    emit(index);
    if (Layout.isWide(index.width())) {
      code.loadConstant(of.last()).ldc(of.name());
      code.invokestatic(NARROW, "index", MethodTypeDesc.of(CD_long, BIG, CD_long, CD_String));
    } else if (!fits(significant(index), of)) {
      code.loadConstant(of.last()).ldc(of.name());
      code.invokestatic(
          NARROW, "longIndex", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_String));
    }
  }

  /// True if every index of `width` bits is below `count`.
  private static boolean fits(int width, Register register) {
    return width < Integer.SIZE - 1 && 1 << width <= register.count();
  }

  private static boolean fits(int width, Memory memory) {
    return BigInteger.ONE.shiftLeft(width).compareTo(memory.count()) <= 0;
  }

  /// A number of bits that holds the value whatever it is.
  private static int significant(Expr expr) {
    return switch (expr) {
      case Expr.Constant(var value) -> value.value().bitLength();
      case Expr.Extend(var operand, int _, boolean signed) when !signed -> significant(operand);
      case Expr.Concat(var left, var right) -> {
        int high = significant(left);
        yield high == 0 ? significant(right) : high + right.width();
      }
      case Expr.Binary(var op, var left, var right) when op == Expr.BinaryOp.AND ->
          Math.min(significant(left), significant(right));
      default -> expr.width();
    };
  }

  /// Cannot stop the machine: no index may be out of range.
  private boolean isFaultless(Expr expr) {
    return switch (expr) {
      case Expr.Constant _, Local _, Expr.PortPeek _ -> true;
      case Expr.RegisterRead(var register, var index) ->
          isFaultless(index) && (register.count() == 1 || fits(significant(index), register));
      case Expr.MemoryRead(var memory, var index) ->
          isFaultless(index)
              && fits(significant(index), memory)
              && layout.machine.devices(memory).isEmpty();
      case Expr.Unary(var _, var operand) -> isFaultless(operand);
      case Expr.Binary(var _, var left, var right) -> isFaultless(left) && isFaultless(right);
      case Expr.Extract extract -> isFaultless(extract.operand());
      case Expr.Concat(var left, var right) -> isFaultless(left) && isFaultless(right);
      case Expr.Extend extend -> isFaultless(extend.operand());
      case Expr.Conditional(var condition, var then, var otherwise) ->
          isFaultless(condition) && isFaultless(then) && isFaultless(otherwise);
      case Expr.Unspecified _ -> false;
    };
  }

  private void unary(Expr.Unary unary) {
    int width = unary.width();
    emit(unary.operand());
    if (Layout.isWide(width)) {
      code.loadConstant(width);
      code.invokestatic(
          WIDE,
          unary.op() == Expr.UnaryOp.NOT ? "not" : "neg",
          MethodTypeDesc.of(BIG, BIG, CD_int));
    } else if (unary.op() == Expr.UnaryOp.NOT) {
      code.loadConstant(Narrow.mask(width)).lxor();
    } else {
      code.lneg();
      mask(width);
    }
  }

  private void mask(int width) {
    if (width < Long.SIZE) {
      code.loadConstant(Narrow.mask(width)).land();
    }
  }

  private void binary(Expr.Binary binary) {
    if (binary.op().isComparison()) {
      Label yes = code.newLabel();
      Label end = code.newLabel();
      branch(binary, yes, true);
      code.lconst_0().goto_(end);
      code.labelBinding(yes).lconst_1();
      code.labelBinding(end);
      return;
    }
    int width = binary.width();
    switch (binary.op()) {
      case SHL, LSHR, ASHR -> shift(binary);
      case ADD, SUB, MUL, UDIV, UREM, SDIV, SREM, AND, OR, XOR -> {
        emit(binary.left());
        emit(binary.right());
        if (Layout.isWide(width)) {
          code.loadConstant(width);
          code.invokestatic(
              WIDE,
              binary.op().name().toLowerCase(java.util.Locale.ROOT),
              MethodTypeDesc.of(BIG, BIG, BIG, CD_int));
        } else {
          narrow(binary.op(), width);
        }
      }
      case EQ, ULT, ULE, SLT, SLE -> throw new IllegalStateException("a comparison");
    }
  }

  private void narrow(Expr.BinaryOp op, int width) {
    MethodTypeDesc withWidth = MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int);
    MethodTypeDesc alone = MethodTypeDesc.of(CD_long, CD_long, CD_long);
    switch (op) {
      case ADD -> {
        code.ladd();
        mask(width);
      }
      case SUB -> {
        code.lsub();
        mask(width);
      }
      case MUL -> {
        code.lmul();
        mask(width);
      }
      case UDIV -> code.loadConstant(width).invokestatic(NARROW, "udiv", withWidth);
      case UREM -> code.invokestatic(NARROW, "urem", alone);
      case SDIV -> code.loadConstant(width).invokestatic(NARROW, "sdiv", withWidth);
      case SREM -> code.loadConstant(width).invokestatic(NARROW, "srem", withWidth);
      case AND -> code.land();
      case OR -> code.lor();
      case XOR -> code.lxor();
      case SHL, LSHR, ASHR, EQ, ULT, ULE, SLT, SLE -> throw new IllegalStateException(op.name());
    }
  }

  private void shift(Expr.Binary shift) {
    int width = shift.width();
    boolean wide = Layout.isWide(width);
    Bits constant = constant(shift.right());
    int by = constant == null ? -1 : Math.min(width, clamp(constant, width));
    emit(shift.left());
    if (!wide && by >= 0 && by < width) {
      switch (shift.op()) {
        case SHL -> {
          code.loadConstant(by).lshl();
          mask(width);
        }
        case LSHR -> code.loadConstant(by).lushr();
        default -> {
          signed(width);
          code.loadConstant(by).lshr();
          mask(width);
        }
      }
      return;
    }
    if (by >= 0) {
      code.loadConstant(by);
    } else {
      emit(shift.right());
      boolean wideAmount = Layout.isWide(shift.right().width());
      code.loadConstant(width);
      code.invokestatic(
          wideAmount ? WIDE : NARROW,
          "amount",
          MethodTypeDesc.of(CD_int, wideAmount ? BIG : CD_long, CD_int));
    }
    String name = shift.op().name().toLowerCase(java.util.Locale.ROOT);
    if (wide) {
      code.loadConstant(width);
      code.invokestatic(WIDE, name, MethodTypeDesc.of(BIG, BIG, CD_int, CD_int));
    } else if (shift.op() == Expr.BinaryOp.LSHR) {
      code.invokestatic(NARROW, name, MethodTypeDesc.of(CD_long, CD_long, CD_int));
    } else {
      code.loadConstant(width);
      code.invokestatic(NARROW, name, MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int));
    }
  }

  private static int clamp(Bits amount, int width) {
    return amount.value().bitLength() > 30 ? width : amount.toInt();
  }

  /// The signed value of the narrow value on the stack.
  private void signed(int width) {
    if (width < Long.SIZE) {
      code.loadConstant(Long.SIZE - width).lshl();
      code.loadConstant(Long.SIZE - width).lshr();
    }
  }

  private void extract(Expr.Extract extract) {
    int from = extract.operand().width();
    int width = extract.width();
    emit(extract.operand());
    if (!Layout.isWide(from)) {
      if (extract.low() > 0) {
        code.loadConstant(extract.low()).lushr();
      }
      if (extract.high() < from - 1) {
        mask(width);
      }
    } else {
      code.loadConstant(extract.low()).loadConstant(width);
      boolean wide = Layout.isWide(width);
      code.invokestatic(
          WIDE,
          wide ? "extract" : "extractNarrow",
          MethodTypeDesc.of(wide ? BIG : CD_long, BIG, CD_int, CD_int));
    }
  }

  private void extend(Expr.Extend extend) {
    int from = extend.operand().width();
    int to = extend.width();
    emit(extend.operand());
    if (!extend.signed()) {
      adapt(from, to);
    } else if (Layout.isWide(to)) {
      code.loadConstant(from).loadConstant(to);
      code.invokestatic(
          WIDE,
          "sext",
          MethodTypeDesc.of(BIG, Layout.isWide(from) ? BIG : CD_long, CD_int, CD_int));
    } else if (from < to) {
      signed(from);
      mask(to);
    }
  }

  private void concat(Expr.Concat concat) {
    if (Layout.isWide(concat.width())) {
      emit(concat.left());
      adapt(concat.left().width(), concat.width());
      emit(concat.right());
      adapt(concat.right().width(), concat.width());
      code.loadConstant(concat.right().width());
      code.invokestatic(WIDE, "concat", MethodTypeDesc.of(BIG, BIG, BIG, CD_int));
      return;
    }
    var parts = new ArrayList<Part>();
    flatten(concat, 0, parts);
    long constants = 0;
    var kept = new ArrayList<Kept>();
    boolean any = false;
    for (Part part : parts) {
      Bits constant = constant(part.expr);
      if (constant != null) {
        constants |= constant.toLong() << part.at;
      } else if (part.expr instanceof Expr.Extract(var operand, int _, int low)
          && low == part.at
          && !Layout.isWide(operand.width())
          && isPlain(operand)) {
        long bits = Narrow.mask(part.expr.width()) << low;
        Kept.add(kept, operand, bits);
      } else {
        emit(part.expr);
        if (part.at > 0) {
          code.loadConstant(part.at).lshl();
        }
        any = join(any);
      }
    }
    for (Kept same : kept) {
      emit(same.operand);
      if (same.bits != Narrow.mask(same.operand.width())) {
        code.loadConstant(same.bits).land();
      }
      any = join(any);
    }
    if (constants != 0 || !any) {
      code.loadConstant(constants);
      join(any);
    }
  }

  private boolean join(boolean any) {
    if (any) {
      code.lor();
    }
    return true;
  }

  /// A part of a concatenation and the position of its lowest bit.
  private record Part(Expr expr, int at) {}

  /// Bits that stay where they are: `operand & bits`.
  private record Kept(Expr operand, long bits) {
    static void add(List<Kept> all, Expr operand, long bits) {
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).operand.equals(operand)) {
          all.set(i, new Kept(operand, all.get(i).bits | bits));
          return;
        }
      }
      all.add(new Kept(operand, bits));
    }
  }

  private static boolean isPlain(Expr expr) {
    return expr instanceof Local
        || (expr instanceof Expr.RegisterRead(var _, var index) && index instanceof Expr.Constant);
  }

  private static void flatten(Expr expr, int at, List<Part> parts) {
    if (expr instanceof Expr.Concat(var left, var right)) {
      flatten(left, at + right.width(), parts);
      flatten(right, at, parts);
    } else {
      parts.add(new Part(expr, at));
    }
  }

  // Conditions.

  /// Goes to `target` if the one-bit `condition` is as `when` says, on otherwise.
  void branch(Expr condition, Label target, boolean when) {
    Bits constant = constant(condition);
    if (constant != null) {
      if (constant.isTrue() == when) {
        code.goto_(target);
      }
      return;
    }
    if (frame != null && condition != own && compiler.sizes.of(condition) > PART) {
      outlined(condition, frame);
      code.l2i();
      if (when) {
        code.ifne(target);
      } else {
        code.ifeq(target);
      }
      return;
    }
    switch (condition) {
      case Expr.Unary(var op, var operand) when op == Expr.UnaryOp.NOT ->
          branch(operand, target, !when);
      case Expr.Binary(var op, var left, var right)
          when (op == Expr.BinaryOp.AND || op == Expr.BinaryOp.OR) && isFaultless(right) -> {
        boolean decides = op == Expr.BinaryOp.OR;
        if (when == decides) {
          branch(left, target, when);
          branch(right, target, when);
        } else {
          Label end = code.newLabel();
          branch(left, end, decides);
          branch(right, target, when);
          code.labelBinding(end);
        }
      }
      case Expr.Binary(var op, var left, var right) when op.isComparison() ->
          compare(op, left, right, target, when);
      default -> {
        emit(condition);
        code.l2i();
        if (when) {
          code.ifne(target);
        } else {
          code.ifeq(target);
        }
      }
    }
  }

  private void compare(Expr.BinaryOp op, Expr left, Expr right, Label target, boolean when) {
    int width = left.width();
    if (op == Expr.BinaryOp.EQ && width == 1) {
      if (constant(right) instanceof Bits b) {
        branch(left, target, b.isTrue() == when);
        return;
      }
      if (constant(left) instanceof Bits a) {
        branch(right, target, a.isTrue() == when);
        return;
      }
    }
    boolean signed = op == Expr.BinaryOp.SLT || op == Expr.BinaryOp.SLE;
    if (Layout.isWide(width)) {
      emit(left);
      emit(right);
      if (signed) {
        code.loadConstant(width);
        code.invokestatic(WIDE, "compareSigned", MethodTypeDesc.of(CD_int, BIG, BIG, CD_int));
      } else {
        code.invokestatic(WIDE, "compare", MethodTypeDesc.of(CD_int, BIG, BIG));
      }
    } else {
      int unused = signed ? Long.SIZE - width : 0;
      operand(left, unused);
      operand(right, unused);
      if (!signed && op != Expr.BinaryOp.EQ && width == Long.SIZE) {
        code.invokestatic(
            ClassDesc.of("java.lang.Long"),
            "compareUnsigned",
            MethodTypeDesc.of(CD_int, CD_long, CD_long));
      } else {
        code.lcmp();
      }
    }
    switch (op) {
      case EQ -> {
        if (when) {
          code.ifeq(target);
        } else {
          code.ifne(target);
        }
      }
      case ULT, SLT -> {
        if (when) {
          code.iflt(target);
        } else {
          code.ifge(target);
        }
      }
      default -> {
        if (when) {
          code.ifle(target);
        } else {
          code.ifgt(target);
        }
      }
    }
  }

  /// A narrow operand of a comparison, its sign moved to the top where that matters.
  private void operand(Expr expr, int up) {
    if (constant(expr) instanceof Bits value) {
      code.loadConstant(value.toLong() << up);
      return;
    }
    emit(expr);
    if (up > 0) {
      code.loadConstant(up).lshl();
    }
  }
}
