package trapline.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.machine.Event;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The described R3000, from a situation to the first instruction of the handler.
final class MipsDescribed implements Stepper {
  private static final List<String> WORDS =
      List.of(
          "hi",
          "lo",
          "status",
          "cause",
          "context",
          "entryhi",
          "entrylo",
          "index",
          "epc",
          "badvaddr");
  private static final int MOST_STEPS = 6;
  private static final int PC_LOW = 44;

  private final Simulator simulator;
  private final State state;
  private final Register position;
  private final Register file;
  private final Register tlb;
  private final Memory storage;

  MipsDescribed(Machine machine) {
    simulator = Simulator.of(machine);
    state = simulator.blank();
    position = register("at");
    file = register("r");
    tlb = register("tlb");
    storage = machine.memories().getFirst();
    for (int a = 0; a < 0x1000; a += 4) {
      state.memory(storage, (MipsTrials.CODE + a) >>> 2, Bits.of(32, MipsTrials.BREAK));
    }
  }

  private Register register(String name) {
    return simulator.machine().registers().stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) {
    List<Optional<Cells>> results = new ArrayList<>();
    situations.forEach(s -> results.add(step(s)));
    return results;
  }

  private Optional<Cells> step(Cells before) {
    for (Register r : simulator.machine().registers()) {
      for (int i = 0; i < r.count(); i++) {
        state.register(r, i, Bits.zero(r.width()));
      }
    }
    for (String name : WORDS) {
      state.register(register(name), 0, Bits.of(32, before.at(name)));
    }
    for (int i = 1; i < file.count(); i++) {
      state.register(file, i, Bits.of(32, before.at("r", i)));
    }
    // The peer's other entries, which match nothing that a program can reach through the TLB.
    for (int i = 0; i < tlb.count(); i++) {
      long elsewhere = 0x80000000L + ((long) i << 12) << 32;
      state.register(tlb, i, Bits.of(64, i < MipsTrials.ENTRIES ? before.at("tlb", i) : elsewhere));
    }
    cells().forEach(i -> state.memory(storage, i, Bits.of(32, before.at("M", i))));
    long start = before.at("r", MipsTrials.START);
    state.register(position, 0, Bits.of(32, start).concat(Bits.zero(PC_LOW)));
    for (int i = 0; i < MOST_STEPS; i++) {
      if (simulator.step(state) instanceof Event.Stopped) {
        return Optional.empty();
      }
      long pc = state.register(position, 0).extract(PC_LOW + 31, PC_LOW).toLong();
      if (pc == 0x80000000L || pc == 0x80000080L) {
        return Optional.of(after());
      }
    }
    return Optional.empty();
  }

  private Cells after() {
    TreeMap<String, Long> values = new TreeMap<>();
    for (String name : WORDS) {
      values.put(name, state.register(register(name), 0).toLong());
    }
    for (int i = 0; i < file.count(); i++) {
      values.put("r[" + i + "]", state.register(file, i).toLong());
    }
    for (int i = 0; i < MipsTrials.ENTRIES; i++) {
      values.put("tlb[" + i + "]", state.register(tlb, i).toLong());
    }
    cells().forEach(i -> values.put("M[" + i + "]", state.memory(storage, i).toLong()));
    return comparable(values);
  }

  /// The cells of storage that a situation has.
  static List<Integer> cells() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < MipsTrials.CODE_WORDS; i++) {
      all.add((MipsTrials.FIRST >>> 2) + i);
    }
    for (int i = 0; i < MipsTrials.DATA_WORDS; i++) {
      all.add((MipsTrials.DATA >>> 2) + i);
    }
    return all;
  }

  /// Without what the manuals leave open, and what is left from before: BadVAddr unless an address
  /// was at fault, the page number in Context and EntryHi after an address error.
  static Cells comparable(TreeMap<String, Long> values) {
    values.remove("r[" + MipsTrials.HANDLERS + "]");
    int code = (int) (values.getOrDefault("cause", 0L) >> 2 & 31);
    if (code < 1 || code > 5) {
      values.remove("badvaddr");
    }
    if (code < 1 || code > 3) {
      values.computeIfPresent("context", (_, v) -> v & 0xffe00000L);
    }
    if (code == 4 || code == 5) {
      values.computeIfPresent("entryhi", (_, v) -> v & 0xfffL);
    }
    if (code != 11) {
      values.computeIfPresent("cause", (_, v) -> v & ~0x30000000L);
    }
    if ((values.getOrDefault("index", 0L) >> 31) != 0) {
      values.put("index", 1L << 31); // a probe that failed
    }
    values.computeIfPresent("status", (_, v) -> v & ~0x3f0000L); // the caches'
    return new Cells(values);
  }
}
