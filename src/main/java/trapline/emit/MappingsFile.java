package trapline.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Register;

/// `Mappings`: what of one guest's translation is installed in the real machine.
final class MappingsFile {
  private final Vocabulary words;
  private final Machine machine;
  private final Monitor monitor;
  private final Installing installing;
  private final String cells;
  private final Source source = new Source();

  private MappingsFile(Vocabulary words, Installing installing) {
    this.words = words;
    machine = words.machine;
    monitor = machine.monitor().orElseThrow();
    this.installing = installing;
    cells = "Map<Long, " + Vocabulary.boxed(installing.space().memory().width()) + ">";
  }

  static String of(Vocabulary words, Installing installing) {
    return new MappingsFile(words, installing).text();
  }

  private String text() {
    List<String> doc = new ArrayList<>();
    doc.add(
        "What of one guest's translation is installed in the real machine: the shadow. `s` is the real"
            + " machine here.");
    doc.add("");
    doc.add(
        "Whenever the guest runs directly, each entry is what its own translation says. So the entries"
            + " are looked at again, and taken out if they are no more, once a register that translation"
            + " reads holds something else"
            + (installing.walks()
                ? ", or a cell of storage that it has read; and no such cell can be stored to directly:"
                    + " a store there is not installed, hence traps and is the monitor's to do."
                : "."));
    source.doc(doc);
    source.open("final class Mappings extends Machine");
    declarations();
    settle();
    fill();
    look();
    statements();
    source.close();
    return source.toString();
  }

  private void declarations() {
    source.doc("A reference to storage that a program makes: where, and what for.");
    source.line("record Reference(long address, long how) {}").blank();
    source.doc(
        "The guest's own translation leads a reference to that cell of its"
            + (installing.walks() ? "; `walk` is what of its storage says so." : "."));
    source
        .line(
            "private record Entry(Reference reference, long cell"
                + (installing.walks() ? ", " + cells + " walk" : "")
                + ") {}")
        .blank();
    source.doc("Entries after which those that the real machine has dropped are forgotten.");
    source.line("private static final int MANY = 64;").blank();
    source.line("private static final long NOWHERE = -1;").blank();
    source.line("private final VirtualState guest;").blank();
    source.doc("The guest's own translation.");
    source.line("private final Machine own;").blank();
    source.line("private final List<Entry> entries = new ArrayList<>();").blank();
    source.doc("The guest's registers when the entries were looked at.");
    source.line("private final Registers from = new Registers();").blank();
    source.line("private boolean isSet;").blank();
    source.doc("What has been missed since an instruction came to its end.");
    source.line("private final Set<Reference> missed = new HashSet<>();");
    if (chooses()) {
      source.blank();
      source.doc(
          "How many mappings have been installed: what `map` leaves open is taken in turn, so that the"
              + " entry goes that came first, and what an instruction needs together stays.");
      source.line("private long turn;");
    }
    source.blank();
    source.open("Mappings(VirtualState real, VirtualState guest)");
    source.line("super(real);");
    source.line("this.guest = guest;");
    source.line("own = new Machine(guest);");
    source.close();
  }

  private boolean chooses() {
    boolean[] found = {false};
    Walk.statements(
        installing.mapping().map().body(),
        s -> found[0] |= s instanceof trapline.isa.Statement.Choose);
    return found[0];
  }

  private void settle() {
    source.blank();
    source.doc(
        "Before the guest runs: nothing is installed that its translation no longer says."
            + (installing.inRegisters() ? " `isUndisturbed`: no other guest has run since." : ""));
    source.open("void settle(" + (installing.inRegisters() ? "boolean isUndisturbed" : "") + ")");
    source.open("if (" + (installing.inRegisters() ? "!isSet || !isUndisturbed" : "!isSet") + ")");
    source.line("clear();");
    source.next(
        installing.walks()
            ? "else if (isAsBefore() && entries.stream().allMatch(this::isWalkAsBefore))"
            : "else if (isAsBefore())");
    source.line("return;");
    source.next("else");
    source.open("for (Entry entry : List.copyOf(entries))");
    source.open("if (entries.contains(entry) && !entry.equals(look(entry.reference)))");
    source.line("remove(entry);");
    source.close().close().close();
    source.line("from.take(guest);");
    source.line("isSet = true;");
    source.close().blank();
    source.doc("Whether the registers that translation reads hold what they did.");
    source.open("private boolean isAsBefore()");
    List<String> same = new ArrayList<>();
    installing.read().forEach((register, fields) -> same.addAll(isSame(register, fields)));
    source.line("return " + (same.isEmpty() ? "true" : String.join(" && ", same)) + ";");
    source.close();
    if (installing.walks()) {
      source.blank();
      source.open("private boolean isWalkAsBefore(Entry entry)");
      source.line("return entry.walk.entrySet().stream()");
      source.line(
          "    .allMatch(cell -> cell.getValue().equals(guest."
              + words.of(installing.space().memory())
              + "(cell.getKey())));");
      source.close();
    }
  }

  private List<String> isSame(Register register, Set<Field> fields) {
    String name = words.of(register);
    if (register.isFile()) {
      return List.of("Arrays.equals(guest." + name + ", from." + name + ")");
    }
    if (Vocabulary.fields(register).size() <= fields.size()) {
      return List.of(equal(name, register.width()));
    }
    return fields.stream().map(f -> equal(words.of(register, f) + "()", f.width())).toList();
  }

  private static String equal(String what, int width) {
    return Vocabulary.isWide(width)
        ? "guest." + what + ".equals(from." + what + ")"
        : "guest." + what + " == from." + what;
  }

  private void fill() {
    source.blank();
    source.doc(
        "The real machine has no way for that reference of the guest's: installs it, if the guest's own"
            + " translation has one. False if the instruction is to be executed on the virtual state"
            + " instead: so is one that misses again what it has missed before, as when the real machine"
            + " cannot hold all that it needs at once.");
    source.open("boolean fill(Reference reference)");
    source.line("Entry entry = look(reference);");
    source.open("if (!missed.add(reference) || entry == null || !isMappable(entry))");
    source.line("return false;");
    source.close();
    source.line("install(entry);");
    if (installing.walks()) {
      source.open("if (isStorable())");
      source.line("clear();");
      source.line("install(entry);");
      source.close();
      source.open("if (isStorable())");
      source.line("remove(entry);");
      source.line("return false;");
      source.close();
    }
    source.open("if (entries.size() > MANY)");
    source.line("entries.removeIf(e -> lead(this, e.reference) != guest.regionBase + e.cell);");
    source.close();
    source.line("return true;");
    source.close().blank();
    source.doc("An instruction has come to its end.");
    source.open("void completed()");
    source.line("missed.clear();");
    source.close().blank();
    source.open("private void install(Entry entry)");
    source.line("s.begin();");
    source.line("map(" + arguments() + ");");
    if (chooses()) {
      source.line("turn++;");
    }
    source.line("entries.removeIf(e -> e.reference.equals(entry.reference));");
    source.line("entries.add(entry);");
    source.close().blank();
    source.open("private void remove(Entry entry)");
    if (installing.mapping().unmap().isPresent()) {
      source.line("s.begin();");
      source.line("unmap(entry.reference.address);");
      source.line("entries.removeIf(e -> e.reference.address == entry.reference.address);");
    } else {
      source.line("clear();");
    }
    source.close().blank();
    source.open("private void clear()");
    source.line("s.begin();");
    source.line("unmap();");
    source.line("entries.clear();");
    source.close();
    if (installing.walks()) {
      storable();
    }
  }

  private String arguments() {
    return "entry.reference.address, guest.regionBase + entry.cell"
        + (installing.mapping().access().isPresent() ? ", entry.reference.how" : "");
  }

  private void storable() {
    int width = installing.space().address().width();
    int places = machine.places(installing.space());
    String far =
        "entry.reference.address + "
            + (places == 1 ? "cell - entry.cell" : places + " * (cell - entry.cell)");
    String address = width == Long.SIZE ? far : "low(" + width + ", " + far + ")";
    String store =
        installing.space().access().isPresent() ? words.of(installing.space(), Access.STORE) : "0";
    source.blank();
    source.doc(
        "Whether a cell that the guest's translation has read can be stored to directly. Within what one"
            + " mapping covers, cells are as far apart as addresses.");
    source.open("private boolean isStorable()");
    source.line("Set<Long> watched = new HashSet<>();");
    source.line("entries.forEach(e -> watched.addAll(e.walk.keySet()));");
    source.open("for (Entry entry : entries)");
    source.open("for (long cell : watched)");
    source.line("Reference store = new Reference(" + address + ", " + store + ");");
    source.open("if (lead(this, store) == guest.regionBase + cell)");
    source.line("return true;");
    source.close().close().close();
    source.line("return false;");
    source.close();
  }

  private void look() {
    source.blank();
    source.doc("Whether the real machine has a way for that reference.");
    source.open("boolean leads(Reference reference)");
    source.line("return lead(this, reference) != NOWHERE;");
    source.close().blank();
    source.doc("What the guest's own translation says of a reference; null if it leads nowhere.");
    source.open("private Entry look(Reference reference)");
    if (installing.walks()) {
      source.line(cells + " walk = new LinkedHashMap<>();");
      source.line("guest.walk = walk;");
      source.line("long cell = lead(own, reference);");
      source.line("guest.walk = null;");
      source.line("return cell == NOWHERE ? null : new Entry(reference, cell, walk);");
    } else {
      source.line("long cell = lead(own, reference);");
      source.line("return cell == NOWHERE ? null : new Entry(reference, cell);");
    }
    source.close().blank();
    source.doc("The cell that a machine's translation leads to.");
    source.open("private static long lead(Machine machine, Reference reference)");
    source.line("machine.s.begin();");
    source.open("try");
    source.line(
        "return machine."
            + words.of(installing.space())
            + "(reference.address"
            + (installing.space().access().isPresent() ? ", reference.how" : "")
            + ");");
    source.next("catch (Trap | Stopped nowhere)");
    source.line("return NOWHERE;");
    source.next("finally");
    source.line("machine.s.undo();");
    source.close().close();
  }

  // What the description says.

  private void statements() {
    Monitor.Mapping mapping = installing.mapping();
    Function map = mapping.map();
    List<Local> parameters = map.parameters().subList(0, map.parameters().size() - 3);
    source.blank();
    source.doc("What can be mapped: cells that the guest has, where the block says so.");
    source.open("private boolean isMappable(Entry entry)");
    Formulas formulas = new Formulas(words, "s");
    region().forEach(formulas::name);
    formulas.name(mapping.address(), "entry.reference.address");
    formulas.name(mapping.cell(), "(guest.regionBase + entry.cell)");
    mapping.access().ifPresent(how -> formulas.name(how, "entry.reference.how"));
    String where = formulas.condition(mapping.where());
    source.line(
        "return Long.compareUnsigned(entry.cell, guest.regionSize) < 0"
            + (where.equals("true") ? "" : " && " + MonitorFile.inConjunction(where))
            + ";");
    source.close();
    routine(
        "From now on the address leads to that cell of the real machine's.",
        "map",
        map,
        parameters);
    mapping
        .unmap()
        .ifPresent(u ->
            routine(
                "The address leads nowhere any more.",
                "unmap",
                u,
                u.parameters().subList(0, u.parameters().size() - 3)));
    routine("No address leads anywhere.", "unmap", mapping.clear(), List.of());
  }

  private void routine(String what, String name, Function function, List<Local> parameters) {
    source.blank().doc(what).doc("");
    source.doc(Origin.quoted(function.span(), function.body().span()));
    Actions actions = new Actions(words, source, "s");
    region().forEach(actions::known);
    source.open("private void " + name + "(" + actions.parameters(parameters) + ")");
    actions.choosesBy("turn");
    actions.body(function.body());
    source.close();
  }

  private Map<Local, String> region() {
    return Map.of(
        monitor.regionBase(),
        "guest.regionBase",
        monitor.regionSize(),
        "guest.regionSize",
        monitor.regionTables(),
        words.hasTables() ? "guest.regionTables" : "0");
  }
}
