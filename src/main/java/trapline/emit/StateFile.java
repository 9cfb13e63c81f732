package trapline.emit;

import java.math.BigInteger;
import java.util.Optional;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.UnspecifiedFunction;

/// `VirtualState` and `Host`: what a virtual machine holds, and what its monitor needs of the real
/// one.
final class StateFile {
  /// The most cells of a memory that each guest has whole, and that is put into the host as such.
  static final BigInteger MOST = BigInteger.valueOf(1 << 20);

  private StateFile() {}

  static String state(Vocabulary words, Optional<Installing> installing) {
    boolean hasTables = words.hasTables();
    boolean isWalked = installing.filter(Installing::walks).isPresent();
    Source source = new Source();
    source.doc(
        "The virtual state of one guest: registers of its own, and for storage a piece of the real"
            + " machine's. Its devices are virtual too: what waits at its inputs is in queues, and what"
            + " it wrote to its outputs in a list.");
    source.open("public final class VirtualState extends Registers");
    source.doc("A value that was written to an output.");
    source.line("public record Output(String port, " + outputType(words) + " value) {}").blank();
    source.line("final Host host;").blank();
    source.doc("Virtual cell i is real cell regionBase + i, for i < regionSize.");
    source.line("public final long regionBase;").blank();
    source.line("public final long regionSize;");
    if (installing.isPresent() || hasTables) {
      source.blank();
    }
    if (hasTables) {
      source.doc("From this real cell on are the tables that the monitor keeps for the guest.");
      source.line("public final long regionTables;").blank();
    }
    if (installing.isPresent()) {
      source.doc("What of its translation is installed in the real machine.");
      source.line("Mappings mappings;").blank();
    }
    if (isWalked) {
      source.doc("Where to note the cells that are read, with what they hold; null: nowhere.");
      String boxed = Vocabulary.boxed(installing.get().space().memory().width());
      source.line("Map<Long, " + boxed + "> walk;").blank();
    }
    source.line("public boolean isHalted;");
    source.line("public final List<Output> outputs = new ArrayList<>();");
    for (Port port : words.inputs()) {
      source
          .blank()
          .doc(
              "What waits at "
                  + port.fullName()
                  + ", "
                  + port.width()
                  + " bits, the oldest first.");
      String boxed = Vocabulary.boxed(port.width());
      source.line(
          "public final Deque<" + boxed + "> " + words.waiting(port) + " = new ArrayDeque<>();");
    }
    for (Memory memory : words.machine.memories()) {
      if (!words.machine.isTranslated(memory)) {
        source.blank().doc("The guest's own " + memory.name() + ", which is not divided.");
        String type = Vocabulary.type(memory.width());
        source.line(
            "final "
                + type
                + "[] "
                + words.cells(memory)
                + " = new "
                + type
                + "["
                + memory.count()
                + "];");
      }
    }
    source.blank().doc("How to undo what has happened since the last begin or commit.");
    source.line("private final Deque<Runnable> undoing = new ArrayDeque<>();").blank();
    source.line("private final Registers before = new Registers();");
    source.line("private boolean wasHalted;");
    source.line("private int rounds;").blank();
    source.open(
        "VirtualState(Host host, long regionBase, long regionSize"
            + (hasTables ? ", long regionTables" : "")
            + ")");
    source.line("this.host = host;");
    source.line("this.regionBase = regionBase;");
    source.line("this.regionSize = regionSize;");
    if (hasTables) {
      source.line("this.regionTables = regionTables;");
    }
    for (Memory memory : words.machine.memories()) {
      if (!words.machine.isTranslated(memory) && Vocabulary.isWide(memory.width())) {
        source.line("java.util.Arrays.fill(" + words.cells(memory) + ", BigInteger.ZERO);");
      }
    }
    source.close();
    for (Memory memory : words.machine.memories()) {
      boolean isNoted = isWalked && installing.get().space().memory() == memory;
      memory(words, memory, isNoted, source);
    }
    boolean hasTranslated = words.machine.memories().stream().anyMatch(words.machine::isTranslated);
    if (hasTranslated) {
      source.blank().doc("The real cell of a virtual one.");
      source.open("private long cell(long index)");
      source.open("if (Long.compareUnsigned(index, regionSize) >= 0)");
      source.line(
          "throw new Machine.Stopped(\"cell \" + Long.toUnsignedString(index) + \" of storage, of"
              + " which there are only \" + regionSize);");
      source.close();
      source.line("return regionBase + index;");
      source.close();
    }
    for (Port port : words.machine.ports()) {
      port(words, port, source);
    }
    source.lines(
        """

        void halt() {
          isHalted = true;
        }

        /// An instruction begins: what happens from here on can be undone.
        void begin() {
          before.take(this);
          wasHalted = isHalted;
          undoing.clear();
          rounds = 0;
        }

        /// Keeps what has happened so far.
        void commit() {
          begin();
        }

        /// Takes back what has happened since the last begin or commit.
        void undo() {
          take(before);
          isHalted = wasHalted;
          while (!undoing.isEmpty()) {
            undoing.pop().run();
          }
        }

        /// A loop goes round once more: not for ever.
        void round() {
          if (++rounds > 1 << 24) {
            throw new Machine.Stopped("does not end: a `while`");
          }
        }
        """);
    source.close();
    return source.toString();
  }

  private static String outputType(Vocabulary words) {
    return words.machine.ports().stream()
            .anyMatch(p -> !p.isInput() && Vocabulary.isWide(p.width()))
        ? "BigInteger"
        : "long";
  }

  private static void memory(Vocabulary words, Memory memory, boolean isNoted, Source source) {
    String type = Vocabulary.type(memory.width());
    String name = words.of(memory);
    boolean isTranslated = words.machine.isTranslated(memory);
    source
        .blank()
        .doc(memory.name() + "[index], by physical address: " + memory.width() + " bits.");
    source.open("public " + type + " " + name + "(long index)");
    String own =
        words.cells(memory)
            + "[Machine.index(index, "
            + memory.count()
            + ", "
            + Actions.quoted(memory.name())
            + ")]";
    if (isNoted) {
      source.line(type + " value = host." + name + "(cell(index));");
      source.open("if (walk != null)");
      source.line("walk.put(index, value);");
      source.close();
      source.line("return value;");
    } else {
      source.line(isTranslated ? "return host." + name + "(cell(index));" : "return " + own + ";");
    }
    source.close().blank();
    source.open("public void " + name + "(long index, " + type + " value)");
    source.line(type + " old = " + name + "(index);");
    if (isTranslated) {
      source.line("long cell = cell(index);");
      source.line("host." + name + "(cell, value);");
      source.line("undoing.push(() -> host." + name + "(cell, old));");
    } else {
      source.line(own + " = value;");
      source.line("undoing.push(() -> " + words.cells(memory) + "[(int) index] = old);");
    }
    source.close();
  }

  private static void port(Vocabulary words, Port port, Source source) {
    String type = Vocabulary.type(port.width());
    String name = words.of(port);
    source.blank();
    if (port.isInput()) {
      String waiting = words.waiting(port);
      String zero = Vocabulary.isWide(port.width()) ? "BigInteger.ZERO" : "0";
      source.doc("What is next at " + port.fullName() + "; zero if nothing waits.");
      source.open(type + " " + name + "()");
      source.line("return " + waiting + ".isEmpty() ? " + zero + " : " + waiting + ".peekFirst();");
      source.close().blank();
      source.doc("The same, and consumes it.");
      source.open(type + " " + words.reading(port) + "()");
      source.line(type + " next = " + name + "();");
      source.open("if (!" + waiting + ".isEmpty())");
      source.line(waiting + ".removeFirst();");
      source.line("undoing.push(() -> " + waiting + ".addFirst(next));");
      source.close();
      source.line("return next;");
      source.close();
      return;
    }
    String value =
        outputType(words).equals("BigInteger") && !Vocabulary.isWide(port.width())
            ? "Words.wide(value)"
            : "value";
    source.open("void " + name + "(" + type + " value)");
    source.line("outputs.add(new Output(" + Actions.quoted(port.fullName()) + ", " + value + "));");
    source.line("undoing.push(() -> outputs.remove(outputs.size() - 1));");
    source.close();
  }

  static String host(Vocabulary words) {
    Source source = new Source();
    source.doc(
        "The real machine, as its monitor sees it. Write one for your hardware or your simulator: it"
            + " is all that the monitor needs.");
    source.open("public interface Host");
    source.lines(
        """
        enum Kind {
          /// All the steps asked for were taken.
          RAN,
          /// The program trapped.
          TRAPPED,
          /// A real interrupt came in, and has been acknowledged.
          INTERRUPTED,
          /// The processor has halted, which no guest may do.
          HALTED,
          /// It cannot go on.
          STOPPED
        }

        """);
    source.doc("Why a program stopped running, and with which cause if it has one.");
    source.line("record Stop(Kind kind, Cause cause) {}").blank();
    source.doc("Puts all of these into the processor's registers.");
    source.line("void load(Registers registers);").blank();
    source.doc("Takes what the processor's registers hold.");
    source.line("void save(Registers registers);").blank();
    source.doc(
        "Runs the program in the processor, for at most so many steps. After a trap, registers are"
            + " as the program had them before the instruction that trapped: what the machine's own"
            + " trap sequence has stored and loaded is taken back, or has never happened.");
    source.line("Stop run(long steps);").blank();
    source.doc(
        "Time for one step passes while the monitor works. Nothing to do where it passes by itself.");
    source.line("default void tick() {}").blank();
    source.doc(
        "A real interrupt that came in while the monitor worked, acknowledged; null if there is none.");
    source.open("default Cause interrupt()");
    source.line("return null;");
    source.close();
    for (Memory memory : words.machine.memories()) {
      String type = Vocabulary.type(memory.width());
      source
          .blank()
          .doc(
              "What real storage holds: "
                  + memory.name()
                  + ", "
                  + memory.count()
                  + " cells of "
                  + memory.width()
                  + " bits.");
      source.line(type + " " + words.of(memory) + "(long cell);").blank();
      source.line("void " + words.of(memory) + "(long cell, " + type + " value);");
    }
    for (UnspecifiedFunction function : Unspecified.of(words.machine)) {
      source
          .blank()
          .doc(
              "What your processor gives for "
                  + function.name()
                  + ", which its description leaves to the maker.");
      StringBuilder parameters = new StringBuilder();
      Names names = words.locals();
      function
          .parameters()
          .forEach(p ->
              parameters
                  .append(parameters.isEmpty() ? "" : ", ")
                  .append(Vocabulary.type(p.width()))
                  .append(' ')
                  .append(names.fresh(p.name())));
      source.line(
          Vocabulary.type(function.width()) + " " + words.of(function) + "(" + parameters + ");");
    }
    source.close();
    return source.toString();
  }
}
