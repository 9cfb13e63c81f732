package trapline.smt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bitwuzla's C interface, called directly. Handles are addresses, and live as long as the term
/// manager they come from.
///
/// Why not its Java classes: they keep the terms of all solvers of the process in one list and
/// search it on each release. The native library is the one that Maven Central has for them, which
/// the build put into our jar; it is unpacked into a temporary file once per process.
final class BitwuzlaLibrary {
  // The numbers of two options, as of Bitwuzla 0.8.
  private static final int PRODUCE_MODELS = 1;

  private static final int LAST_KIND = 100;
  private static final String KIND_PREFIX = "BITWUZLA_KIND_";

  static final int SAT = 10;
  static final int UNSAT = 20;

  private static final ThreadMXBean PROCESSOR = ManagementFactory.getThreadMXBean();

  /// What is left for the question of a thread.
  private static final ThreadLocal<Budget> BUDGET = ThreadLocal.withInitial(Budget::new);

  private static final class Budget {
    /// When it is given up, in nanoseconds of the thread's processor time.
    long deadline;

    long polls;
  }

  /// What Bitwuzla could not do, until [#checked] reports it. Its default is to end the process.
  private static volatile @Nullable String failure;

  private static @Nullable BitwuzlaLibrary loaded;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final Map<String, Integer> kinds = new HashMap<>();

  private final MemorySegment stop;
  private final MethodHandle managerNew;
  private final MethodHandle managerDelete;
  private final MethodHandle optionsNew;
  private final MethodHandle optionsDelete;
  private final MethodHandle setOption;
  private final MethodHandle solverNew;
  private final MethodHandle solverDelete;
  private final MethodHandle setTerminationCallback;
  private final MethodHandle push;
  private final MethodHandle pop;
  private final MethodHandle assertFormula;
  private final MethodHandle checkSat;
  private final MethodHandle getValue;
  private final MethodHandle valueString;
  private final MethodHandle boolSort;
  private final MethodHandle vectorSort;
  private final MethodHandle arraySort;
  private final MethodHandle functionSort;
  private final MethodHandle truth;
  private final MethodHandle falsehood;
  private final MethodHandle vectorValue;
  private final MethodHandle constant;
  private final MethodHandle constantArray;
  private final MethodHandle term;
  private final MethodHandle indexedTerm;

  /// The library of this process; empty where there is none for its system and processor.
  static synchronized Optional<BitwuzlaLibrary> load() {
    if (loaded == null) {
      loaded = unpacked().map(BitwuzlaLibrary::new).orElse(null);
    }
    return Optional.ofNullable(loaded);
  }

  private BitwuzlaLibrary(Path file) {
    symbols = SymbolLookup.libraryLookup(file, Arena.global());
    managerNew = function("term_manager_new", JAVA_LONG);
    managerDelete = procedure("term_manager_delete", JAVA_LONG);
    optionsNew = function("options_new", JAVA_LONG);
    optionsDelete = procedure("options_delete", JAVA_LONG);
    setOption = procedure("set_option", JAVA_LONG, JAVA_INT, JAVA_LONG);
    solverNew = function("new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    solverDelete = procedure("delete", JAVA_LONG);
    setTerminationCallback = procedure("set_termination_callback", JAVA_LONG, ADDRESS, JAVA_LONG);
    push = procedure("push", JAVA_LONG, JAVA_LONG);
    pop = procedure("pop", JAVA_LONG, JAVA_LONG);
    assertFormula = procedure("assert", JAVA_LONG, JAVA_LONG);
    checkSat = function("check_sat", JAVA_INT, JAVA_LONG);
    getValue = function("get_value", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    valueString = function("term_value_get_str_fmt", ADDRESS, JAVA_LONG, JAVA_BYTE);
    boolSort = function("mk_bool_sort", JAVA_LONG, JAVA_LONG);
    vectorSort = function("mk_bv_sort", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    arraySort = function("mk_array_sort", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    functionSort = function("mk_fun_sort", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    truth = function("mk_true", JAVA_LONG, JAVA_LONG);
    falsehood = function("mk_false", JAVA_LONG, JAVA_LONG);
    vectorValue = function("mk_bv_value", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_BYTE);
    constant = function("mk_const", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
    constantArray = function("mk_const_array", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    term = function("mk_term", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    indexedTerm =
        function(
            "mk_term_indexed",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            ADDRESS);
    stop = callback("isOver", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    reportFailures();
    learnKinds();
  }

  // Managers and solvers

  long newManager() {
    return checked(() -> (long) managerNew.invokeExact());
  }

  void deleteManager(long manager) {
    run(() -> {
      managerDelete.invokeExact(manager);
    });
  }

  /// A solver that gives models, and gives up when the asking thread is interrupted or has taken
  /// the time of [#check].
  long newSolver(long manager) {
    long options = checked(() -> (long) optionsNew.invokeExact());
    run(() -> {
      setOption.invokeExact(options, PRODUCE_MODELS, 1L);
    });
    long solver = checked(() -> (long) solverNew.invokeExact(manager, options));
    run(() -> {
      optionsDelete.invokeExact(options);
    });
    run(() -> {
      setTerminationCallback.invokeExact(solver, stop, 0L);
    });
    return solver;
  }

  void deleteSolver(long solver) {
    run(() -> {
      solverDelete.invokeExact(solver);
    });
  }

  void push(long solver, int levels) {
    run(() -> {
      push.invokeExact(solver, (long) levels);
    });
  }

  void pop(long solver, int levels) {
    run(() -> {
      pop.invokeExact(solver, (long) levels);
    });
  }

  void assertTruth(long solver, long term) {
    run(() -> {
      assertFormula.invokeExact(solver, term);
    });
  }

  /// [#SAT], [#UNSAT] or another number. It may take `timeout` of this thread's processor time, so
  /// that an answer depends less on what else the machine does, and ask so often whether to go on,
  /// which it does after as much of its search in every run.
  int check(long solver, Duration timeout, long polls) {
    Budget budget = BUDGET.get();
    budget.deadline = PROCESSOR.getCurrentThreadCpuTime() + timeout.toNanos();
    budget.polls = polls;
    return (int) checked(() -> (int) checkSat.invokeExact(solver));
  }

  /// The value of a vector in the last model, in binary digits.
  String value(long solver, long term) {
    long value = checked(() -> (long) getValue.invokeExact(solver, term));
    MemorySegment[] text = new MemorySegment[1];
    run(() -> text[0] = (MemorySegment) valueString.invokeExact(value, (byte) 2));
    return string(text[0]);
  }

  // Sorts and terms

  long boolSort(long manager) {
    return checked(() -> (long) boolSort.invokeExact(manager));
  }

  long vectorSort(long manager, int width) {
    return checked(() -> (long) vectorSort.invokeExact(manager, (long) width));
  }

  long arraySort(long manager, long index, long element) {
    return checked(() -> (long) arraySort.invokeExact(manager, index, element));
  }

  long functionSort(long manager, List<Long> domain, long range) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sorts = longs(arena, domain);
      return checked(
          () -> (long) functionSort.invokeExact(manager, (long) domain.size(), sorts, range));
    }
  }

  long truth(long manager, boolean value) {
    return checked(() -> (long) (value ? truth : falsehood).invokeExact(manager));
  }

  long vectorValue(long manager, long sort, String digits) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(digits);
      return checked(() -> (long) vectorValue.invokeExact(manager, sort, text, (byte) 10));
    }
  }

  long constant(long manager, long sort, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return checked(() -> (long) constant.invokeExact(manager, sort, text));
    }
  }

  long constantArray(long manager, long sort, long value) {
    return checked(() -> (long) constantArray.invokeExact(manager, sort, value));
  }

  long term(long manager, String kind, List<Long> arguments) {
    int code = kind(kind);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment terms = longs(arena, arguments);
      return checked(() -> (long) term.invokeExact(manager, code, arguments.size(), terms));
    }
  }

  long term(long manager, String kind, List<Long> arguments, List<Long> indices) {
    int code = kind(kind);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment terms = longs(arena, arguments);
      MemorySegment numbers = longs(arena, indices);
      return checked(() ->
          (long)
              indexedTerm.invokeExact(
                  manager, code, arguments.size(), terms, indices.size(), numbers));
    }
  }

  // Loading

  private static Optional<Path> unpacked() {
    String resource =
        System.getProperty("os.name").equals("Linux")
            ? "libbitwuzlaj-" + System.getProperty("os.arch") + ".so"
            : "none";
    try (InputStream library = BitwuzlaLibrary.class.getResourceAsStream(resource)) {
      if (library == null) {
        return Optional.empty();
      }
      Path file = Files.createTempFile("bitwuzla", ".so");
      file.toFile().deleteOnExit();
      Files.write(file, library.readAllBytes());
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + resource, e);
    }
  }

  private void reportFailures() {
    MethodHandle setAbortCallback = procedure("set_abort_callback", ADDRESS);
    MemorySegment callback = callback("fail", FunctionDescriptor.ofVoid(ADDRESS));
    run(() -> {
      setAbortCallback.invokeExact(callback);
    });
  }

  @SuppressWarnings("UnusedMethod") // Bitwuzla calls it
  private static void fail(MemorySegment message) {
    failure = string(message);
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // Bitwuzla calls it
  private static int isOver(long state) {
    Budget budget = BUDGET.get();
    budget.polls--;
    return budget.polls < 0
            || Thread.currentThread().isInterrupted()
            || PROCESSOR.getCurrentThreadCpuTime() > budget.deadline
        ? 1
        : 0;
  }

  /// The address by which Bitwuzla calls a static method of this class.
  private MemorySegment callback(String method, FunctionDescriptor type) {
    try {
      MethodHandle target =
          MethodHandles.lookup().findStatic(BitwuzlaLibrary.class, method, type.toMethodType());
      return linker.upcallStub(target, type, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Kinds are numbers that may differ between releases; their names do not.
  private void learnKinds() {
    MethodHandle name = function("kind_to_string", ADDRESS, JAVA_INT);
    for (int kind = 0; kind < LAST_KIND; kind++) {
      int code = kind;
      MemorySegment[] text = new MemorySegment[1];
      run(() -> text[0] = (MemorySegment) name.invokeExact(code));
      kinds.put(string(text[0]).substring(KIND_PREFIX.length()), kind);
    }
  }

  private int kind(String name) {
    Integer kind = kinds.get(name);
    if (kind == null) {
      throw new IllegalStateException("no kind " + name + " in " + kinds.keySet());
    }
    return kind;
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.find("bitwuzla_" + name).orElseThrow(), FunctionDescriptor.of(result, arguments));
  }

  private MethodHandle procedure(String name, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.find("bitwuzla_" + name).orElseThrow(), FunctionDescriptor.ofVoid(arguments));
  }

  // Calling

  @FunctionalInterface
  private interface Call {
    long make() throws Throwable;
  }

  @FunctionalInterface
  private interface Action {
    void make() throws Throwable;
  }

  private static long checked(Call call) {
    try {
      long result = call.make();
      String failed = failure;
      if (failed != null) {
        failure = null;
        throw new IllegalStateException("bitwuzla: " + failed);
      }
      return result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(Action action) {
    checked(() -> {
      action.make();
      return 0L;
    });
  }

  private static MemorySegment longs(Arena arena, List<Long> values) {
    return arena.allocateFrom(JAVA_LONG, values.stream().mapToLong(Long::longValue).toArray());
  }

  private static String string(MemorySegment text) {
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
