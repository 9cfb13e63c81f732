package trapline.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// QEMU's RISC-V, without the extensions that the description leaves out.
///
/// What the peer's control registers have besides the description's fields is neither written nor
/// compared ([#FIELDS]).
final class RiscvQemu implements Stepper, AutoCloseable {
  private static final long SIGNIFICANT_STATUS = 0x7e_19aaL;

  /// The bits of a control register that are compared; all, where it is not listed.
  private static final Map<String, Long> FIELDS =
      Map.of(
          "mstatus", SIGNIFICANT_STATUS,
          "mie", 0xaaaL,
          "mideleg", 0x222L,
          "posted", 0x222L,
          "medeleg", 0xb3ffL,
          "mcounteren", 7L,
          "scounteren", 7L,
          "mcountinhibit", 5L,
          "menvcfg", 1L,
          "senvcfg", 1L);

  private final int xlen;
  private final Gdb gdb;
  private final Map<String, Integer> numbers;

  /// What the peer is known to hold.
  private final Map<String, Long> held = new HashMap<>();

  private RiscvQemu(int xlen, Gdb gdb) throws IOException {
    this.xlen = xlen;
    this.gdb = gdb;
    numbers = gdb.registers("riscv-csr.xml");
    numbers.put("priv", numbers.getOrDefault("sstatus", 0) - 0x100 - 1); // the one before the CSRs
    gdb.ask("M2004000,8:ffffffffffffffff");
  }

  static RiscvQemu start(int xlen) throws IOException {
    String off = "h=off,c=off,f=off,d=off,v=off,zba=off,zbb=off,zbc=off,zbs=off,sstc=off";
    return new RiscvQemu(
        xlen,
        Gdb.start(
            List.of(
                "qemu-system-riscv" + xlen,
                "-machine",
                "virt",
                "-cpu",
                "rv" + xlen + "," + off,
                "-m",
                "1M",
                "-bios",
                "none")));
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (Cells situation : situations) {
      results.add(Optional.of(step(situation)));
    }
    return results;
  }

  private Cells step(Cells before) throws IOException {
    for (int sent = write(before); sent > 0; sent--) {
      gdb.receive();
    }
    gdb.step();
    String general = gdb.ask("g");
    for (long taken = 1; OfDescription.goesOn(before, taken, pc(general)); taken++) {
      gdb.step();
      general = gdb.ask("g");
    }
    int bytes = xlen / 8;
    gdb.send("p" + number("priv"));
    gdb.send(machineMode());
    RiscvTrials.CONTROL.stream().filter(RiscvQemu::isRead).forEach(n -> gdb.send("p" + number(n)));
    for (long page = 0x1000; page <= 0x5000; page += 0x1000) {
      gdb.send("m" + Long.toHexString(RiscvTrials.ORIGIN + page) + ",40");
    }
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    for (int i = 1; i <= 32; i++) {
      long value = Gdb.little(general.substring(2 * bytes * i, 2 * bytes * (i + 1)));
      after.put(i == 32 ? "pc" : "x[" + i + "]", value);
    }
    after.put("priv", Gdb.little(gdb.receive()));
    gdb.receive();
    TreeMap<String, Long> raw = new TreeMap<>();
    for (String name : RiscvTrials.CONTROL) {
      if (isRead(name)) {
        long value = Gdb.little(gdb.receive());
        control(after, name, value);
        if (name.equals("mstatus")) {
          value ^= widths(); // differs from every situation if a trial has changed them
        }
        raw.put(name, value);
      }
    }
    for (long page = 0x1000; page <= 0x5000; page += 0x1000) {
      String cells = gdb.receive();
      for (int i = 0; i < 16; i++) {
        after.put("E[" + (page / 4 + i) + "]", Gdb.little(cells.substring(8 * i, 8 * i + 8)));
      }
    }
    held.clear();
    held.putAll(after);
    held.putAll(raw);
    return new Cells(after);
  }

  /// Both entries of protection are in one register.
  private static boolean isRead(String name) {
    return !name.equals("pmpcfg[1]");
  }

  private void control(Map<String, Long> after, String name, long value) {
    if (name.equals("pmpcfg[0]")) {
      after.put("pmpcfg[0]", value & 0xff);
      after.put("pmpcfg[1]", value >> 8 & 0xff);
    } else {
      after.put(name, value & FIELDS.getOrDefault(name, -1L));
    }
  }

  private String number(String name) {
    String theirs =
        switch (name) {
          case "posted" -> "mip";
          case "pmpcfg[0]" -> "pmpcfg0";
          default -> name.replace("[", "").replace("]", "");
        };
    Integer number = numbers.get(theirs);
    if (number == null) {
      throw new IllegalStateException("the peer has no " + theirs);
    }
    return Integer.toHexString(number);
  }

  /// mstatus.UXL and SXL as the description has them, where there are such.
  private long widths() {
    return xlen == 64 ? 0xaL << 32 : 0;
  }

  private long pc(String general) {
    return Gdb.little(general.substring(general.length() - xlen / 4));
  }

  /// In S-mode, TVM would keep satp from the stub too.
  private String machineMode() {
    return "P" + number("priv") + "=" + Gdb.little(3, xlen / 8);
  }

  /// Sends what differs from what the peer holds; how many commands that took.
  private int write(Cells s) {
    int sent = 0;
    int bytes = xlen / 8;
    StringBuilder general = new StringBuilder("G" + Gdb.little(0, bytes));
    for (int i = 1; i < 32; i++) {
      general.append(Gdb.little(s.at("x", i), bytes));
    }
    gdb.send(general.append(Gdb.little(s.at("pc"), bytes)).toString());
    gdb.send(machineMode());
    sent += 2;
    for (String name : RiscvTrials.CONTROL) {
      // Protection is always written: that makes the peer forget its translations.
      if (isRead(name) && (name.startsWith("pmpcfg") || differs(s, name))) {
        long value =
            switch (name) {
              case "pmpcfg[0]" -> s.at("pmpcfg[1]") << 8 | s.at("pmpcfg[0]");
              case "mstatus" -> s.at(name) | widths();
              default -> s.at(name);
            };
        gdb.send("P" + number(name) + "=" + Gdb.little(value, bytes));
        sent++;
      }
    }
    gdb.send("P" + number("priv") + "=" + Gdb.little(s.at("priv"), bytes));
    sent++;
    for (long page = 0x1000; page <= 0x5000; page += 0x1000) {
      StringBuilder cells = new StringBuilder();
      boolean changed = false;
      for (int i = 0; i < 16; i++) {
        String name = "E[" + (page / 4 + i) + "]";
        cells.append(Gdb.little(s.at(name), 4));
        changed |= differs(s, name);
      }
      if (changed) {
        gdb.send("M" + Long.toHexString(RiscvTrials.ORIGIN + page) + ",40:" + cells);
        sent++;
      }
    }
    return sent;
  }

  private boolean differs(Cells s, String name) {
    Long known = held.get(name);
    return known == null || known != s.at(name);
  }

  @Override
  public void close() throws IOException {
    gdb.close();
  }
}
