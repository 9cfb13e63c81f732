package trapline.emit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Expr;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.UnspecifiedFunction;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.vmm.Computer;
import trapline.vmm.Region;
import trapline.vmm.Stop;
import trapline.vmm.Timer;

/// A monitor that was emitted and compiled, with one guest, on a machine of the simulator's, bare
/// or virtual.
///
/// That machine plays the part of hardware: it is reached through the emitted `Host` alone.
public final class EmittedMonitor {
  /// What the emitted `Step` says.
  public record Step(String kind, String cause, List<BigInteger> arguments, String reason) {}

  private final Vocabulary words;
  private final Machine machine;
  private final Simulator simulator;
  private final Computer computer;
  private final Optional<Timer> timer;
  private final Object monitor;
  private final Object guest;
  private final Method step;
  private final Method slice;
  private final Map<Register, Field> fields = new LinkedHashMap<>();
  private final Field halted;
  private final Field outputs;
  private final Map<Port, Field> waiting = new HashMap<>();
  private final Map<String, Object> kinds = new HashMap<>();
  private final Map<String, Object> causes = new HashMap<>();
  private final Constructor<?> stop;
  private final Method kindOf;
  private final Method causeOf;
  private final Method argumentsOf;
  private final Method reasonOf;
  private final Map<String, Memory> memories = new HashMap<>();

  /// The guest's own cells of what is not divided.
  private final Map<Memory, Field> cells = new LinkedHashMap<>();

  private final Map<String, UnspecifiedFunction> functions = new HashMap<>();

  private EmittedMonitor(
      Vocabulary words, Classes classes, Simulator simulator, Computer computer, Region region)
      throws ReflectiveOperationException {
    this.words = words;
    this.machine = words.machine;
    this.simulator = simulator;
    this.computer = computer;
    timer = Timer.of(simulator);
    Class<?> host = classes.of(words, "Host");
    Class<?> registers = classes.of(words, "Registers");
    Class<?> state = classes.of(words, "VirtualState");
    Class<?> monitors = classes.of(words, "Monitor");
    Class<?> cause = classes.of(words, "Cause");
    for (Register register : machine.registers()) {
      fields.put(register, open(registers.getDeclaredField(words.of(register))));
    }
    halted = open(state.getDeclaredField("isHalted"));
    outputs = open(state.getDeclaredField("outputs"));
    for (Port port : words.inputs()) {
      waiting.put(port, open(state.getDeclaredField(words.waiting(port))));
    }
    for (Memory memory : machine.memories()) {
      if (!machine.isTranslated(memory)) {
        cells.put(memory, open(state.getDeclaredField(words.cells(memory))));
      }
    }
    for (Object constant : classes.of(words, "Host$Kind").getEnumConstants()) {
      kinds.put(constant.toString(), constant);
    }
    for (Object constant : cause.getEnumConstants()) {
      causes.put(constant.toString(), constant);
    }
    stop = classes.of(words, "Host$Stop").getDeclaredConstructors()[0];
    stop.setAccessible(true);
    machine.memories().forEach(m -> memories.put(words.of(m), m));
    Unspecified.of(machine).forEach(f -> functions.put(words.of(f), f));
    Object proxy =
        Proxy.newProxyInstance(
            host.getClassLoader(),
            new Class<?>[] {host},
            (self, method, arguments) -> answer(method, arguments));
    monitor = monitors.getConstructor(host).newInstance(proxy);
    guest =
        words.hasTables()
            ? monitors
                .getMethod("admit", long.class, long.class, long.class)
                .invoke(monitor, region.base(), region.size(), region.tables())
            : monitors
                .getMethod("admit", long.class, long.class)
                .invoke(monitor, region.base(), region.size());
    step = monitors.getMethod("step", state);
    slice = monitors.getMethod("slice", long.class);
    Class<?> steps = classes.of(words, "Monitor$Step");
    kindOf = steps.getMethod("kind");
    causeOf = steps.getMethod("cause");
    argumentsOf = steps.getMethod("arguments");
    reasonOf = steps.getMethod("reason");
  }

  private static Field open(Field field) {
    field.setAccessible(true);
    return field;
  }

  /// One guest in that piece of the machine's storage.
  public static EmittedMonitor of(
      Classes classes, Simulator simulator, Computer computer, Region region) {
    try {
      return new EmittedMonitor(
          new Vocabulary(simulator.machine()), classes, simulator, computer, region);
    } catch (InvocationTargetException e) {
      throw rethrown(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException rethrown(InvocationTargetException e) {
    return e.getCause() instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(e.getCause());
  }

  // The host.

  private @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Exception {
    String name = method.getName();
    int given = arguments == null ? 0 : arguments.length;
    if (name.equals("load") && given == 1) {
      registers(arguments[0], computer.state(), true);
      return null;
    }
    if (name.equals("save") && given == 1) {
      registers(arguments[0], computer.state(), false);
      return null;
    }
    if (name.equals("run") && given == 1) {
      return ran(computer.run((Long) arguments[0]));
    }
    if (name.equals("tick")) {
      computer.pass();
      return null;
    }
    if (name.equals("interrupt")) {
      Optional<Cause> due = simulator.due(computer.state());
      due.ifPresent(c -> simulator.acknowledge(computer.state(), c));
      return due.map(c -> causes.get(c.name())).orElse(null);
    }
    UnspecifiedFunction function = functions.get(name);
    if (function != null) {
      List<Expr> values = new ArrayList<>();
      for (int i = 0; i < given; i++) {
        int width = function.parameters().get(i).width();
        values.add(new Expr.Constant(bits(width, arguments[i])));
      }
      return plain(simulator.evaluate(new Expr.Unspecified(function, values), computer.state()));
    }
    Memory memory = memories.get(name);
    if (memory == null) {
      throw new IllegalStateException("no " + name);
    }
    if (given == 1) {
      return plain(computer.state().memory(memory, (Long) arguments[0]));
    }
    computer.state().memory(memory, (Long) arguments[0], bits(memory.width(), arguments[1]));
    return null;
  }

  private Object ran(Stop stopped) throws Exception {
    return switch (stopped) {
      case Stop.Done _, Stop.Preempted _ -> stop("RAN", null);
      case Stop.Trapped(var cause, var _) -> stop("TRAPPED", cause);
      case Stop.Interrupted(var cause) -> {
        boolean fine = simulator.acknowledge(computer.state(), cause).isEmpty();
        boolean isTimer = timer.filter(t -> t.cause() == cause).isPresent();
        boolean stays = simulator.due(computer.state()).filter(c -> c == cause).isPresent();
        yield fine && (isTimer || !stays) ? stop("INTERRUPTED", cause) : stop("STOPPED", null);
      }
      case Stop.Halted _ -> stop("HALTED", null);
      case Stop.Stopped _ -> stop("STOPPED", null);
    };
  }

  private Object stop(String kind, @Nullable Cause cause) throws Exception {
    return stop.newInstance(kinds.get(kind), cause == null ? null : causes.get(cause.name()));
  }

  private static Bits bits(int width, Object value) {
    return value instanceof BigInteger big ? new Bits(width, big) : Bits.of(width, (Long) value);
  }

  private static Object plain(Bits value) {
    return Vocabulary.isWide(value.width()) ? value.value() : (Object) value.toLong();
  }

  private void registers(Object emitted, State state, boolean into) throws Exception {
    for (Map.Entry<Register, Field> e : fields.entrySet()) {
      Register register = e.getKey();
      Object held = e.getValue().get(emitted);
      for (int i = 0; i < register.count(); i++) {
        if (into) {
          Object value = register.isFile() ? Array.get(held, i) : held;
          state.register(register, i, bits(register.width(), value));
        } else {
          Object value = plain(state.register(register, i));
          if (register.isFile()) {
            Array.set(held, i, value);
          } else {
            e.getValue().set(emitted, value);
          }
        }
      }
    }
  }

  // The guest.

  public Step step() {
    try {
      Object result = step.invoke(monitor, guest);
      Object cause = causeOf.invoke(result);
      Object arguments = argumentsOf.invoke(result);
      List<BigInteger> values = new ArrayList<>();
      for (int i = 0; i < Array.getLength(arguments); i++) {
        Object value = Array.get(arguments, i);
        values.add(
            value instanceof BigInteger big
                ? big
                : new BigInteger(Long.toUnsignedString((Long) value)));
      }
      return new Step(
          kindOf.invoke(result).toString(),
          cause == null ? "" : cause.toString(),
          values,
          "" + reasonOf.invoke(result));
    } catch (InvocationTargetException e) {
      throw rethrown(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  public void slice(long steps) {
    try {
      slice.invoke(monitor, steps);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Gives the guest the registers of a state, and what waits at its inputs.
  public void give(State state) {
    try {
      registers(guest, state, false);
      halted.set(guest, state.halted());
      for (Map.Entry<Port, Field> e : waiting.entrySet()) {
        @SuppressWarnings("unchecked")
        Deque<Object> queue = (Deque<Object>) e.getValue().get(guest);
        queue.clear();
        state.waiting(e.getKey()).forEach(v -> queue.add(plain(v)));
      }
      undivided(state, false);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Puts the guest's registers into `into`, and its own cells of what is not divided.
  public void show(State into) {
    try {
      registers(guest, into, true);
      into.halted((Boolean) halted.get(guest));
      undivided(into, true);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void undivided(State state, boolean into) throws Exception {
    for (Map.Entry<Memory, Field> e : cells.entrySet()) {
      Memory memory = e.getKey();
      Object held = e.getValue().get(guest);
      for (int i = 0; i < Array.getLength(held); i++) {
        if (into) {
          state.memory(memory, i, bits(memory.width(), Array.get(held, i)));
        } else {
          Array.set(held, i, plain(state.memory(memory, i)));
        }
      }
    }
  }

  /// What the guest wrote, a value each: `Output[port=console.tx, value=65]`.
  public List<String> outputs() {
    try {
      List<?> written = (List<?>) outputs.get(guest);
      return written.stream().map(Object::toString).toList();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  public int waits(Port port) {
    try {
      return ((Deque<?>) waiting.get(port).get(guest)).size();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  // The compiler.

  /// Emitted files, compiled in memory.
  public static final class Classes extends ClassLoader {
    private final Map<String, ByteArrayOutputStream> codes;

    private Classes(Map<String, ByteArrayOutputStream> codes) {
      super(null);
      this.codes = codes;
    }

    /// Fails with the compiler's words, warnings included, and the text.
    public static Classes of(Emission emission) {
      var compiler = ToolProvider.getSystemJavaCompiler();
      var diagnostics = new DiagnosticCollector<JavaFileObject>();
      Map<String, ByteArrayOutputStream> codes = new HashMap<>();
      List<JavaFileObject> sources = new ArrayList<>();
      emission.files().forEach((name, text) -> sources.add(new Text(name, text)));
      StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null);
      JavaFileManager memory =
          new ForwardingJavaFileManager<>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                Location location,
                String className,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
              return new SimpleJavaFileObject(
                  URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                  var bytes = new ByteArrayOutputStream();
                  codes.put(className, bytes);
                  return bytes;
                }
              };
            }
          };
      boolean fine =
          compiler
              .getTask(
                  null,
                  memory,
                  diagnostics,
                  List.of("-Xlint:all", "--release", "17"),
                  null,
                  sources)
              .call();
      if (!fine || !diagnostics.getDiagnostics().isEmpty()) {
        StringBuilder all = new StringBuilder();
        for (Diagnostic<?> d : diagnostics.getDiagnostics()) {
          all.append(d).append('\n');
        }
        emission
            .files()
            .forEach((name, text) -> all.append("\n").append(name).append("\n").append(text));
        throw new AssertionError(all.toString());
      }
      return new Classes(codes);
    }

    Class<?> of(Vocabulary words, String name) throws ClassNotFoundException {
      return loadClass(words.packageName + "." + name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      ByteArrayOutputStream code = codes.get(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, code.toByteArray(), 0, code.size());
    }

    private static final class Text extends SimpleJavaFileObject {
      private final String text;

      Text(String name, String text) {
        super(URI.create("memory:///" + name), Kind.SOURCE);
        this.text = text;
      }

      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    }
  }
}
