package trapline.cache;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import trapline.classify.Classes;
import trapline.classify.Classifier;
import trapline.classify.Context;
import trapline.classify.Finding;
import trapline.classify.Premises;
import trapline.classify.Replay;
import trapline.classify.Witness;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.smt.SolverChoice;

/// A folder of what was found out about machines and their rows.
///
///     folder/ab/cdef….json = {"checksum", "answer"}     where abcdef… is the key of what is asked:
///                                                       a machine's premises, or a row's classes
///
/// Any number of threads and processes may use one folder: an entry appears whole or not at all, and
/// two that write one key write the same. A folder that cannot be read or written is as good as an empty
/// one.
public final class AnswerCache {
  /// Bytes that a folder may hold.
  public static final long CAPACITY = 256L << 20;

  private static final String ENDING = ".json";

  private final Path folder;
  private final long capacity;
  private final String build;
  private final AtomicBoolean hasGrown = new AtomicBoolean();

  private AnswerCache(Path folder, long capacity, String build) {
    this.folder = folder;
    this.capacity = capacity;
    this.build = build;
  }

  /// The cache in a folder, which need not exist; none if this program's code cannot be told from
  /// other versions of it.
  public static Optional<AnswerCache> in(Path folder, long capacity) {
    return Build.identity().map(build -> new AnswerCache(folder, capacity, build));
  }

  /// The rows of one machine, asked about in one way.
  public final class Rows {
    private final Context context;
    private final Portable portable;
    private final Content shared;
    private @Nullable Content all;

    private Rows(Context context, SolverChoice solver, Duration timeout) {
      this.context = context;
      portable = new Portable(context.machine());
      shared = machine(context.machine(), solver, timeout);
      context(shared, context, portable);
    }

    /// The classes of a row, if they are known.
    public Optional<Classes> find(Instruction instruction, Instruction.Row row) {
      return read(
          () -> key(instruction, row),
          portable,
          Classes.class,
          classes ->
              classes.instruction() == instruction
                  && classes.row() == row
                  && isKeepable(classes)
                  && witnesses(classes).stream()
                      .allMatch(w -> Replay.isConfirmed(context.simulator(), w)));
    }

    /// Keeps the classes of a row, if all of them are decided.
    public void keep(Classes classes) {
      if (isKeepable(classes)) {
        write(() -> key(classes.instruction(), classes.row()), portable, classes);
      }
    }

    private String key(Instruction instruction, Instruction.Row row) {
      Content content = Classifier.executesOthers(instruction) ? withAll() : shared.copy();
      instruction(content, instruction);
      return content.add(row).hash();
    }

    private synchronized Content withAll() {
      if (all == null) {
        Content content = shared.copy();
        Machine machine = context.machine();
        machine
            .instructions()
            .forEach(i -> {
              instruction(content, i);
              content.add(i.rows());
            });
        instruction(content, machine.reserved());
        all = content;
      }
      return all.copy();
    }
  }

  /// The premises of a machine that are kept; if none are, those that are asked for, which are kept
  /// then if they are decided.
  public Premises premises(
      Machine machine, SolverChoice solver, Duration timeout, Supplier<Premises> asked) {
    Supplier<String> key = () -> machine(machine, solver, timeout).add("premises").hash();
    Portable portable = new Portable(machine);
    Optional<Premises> kept = read(key, portable, Premises.class, Premises::areDecided);
    if (kept.isPresent()) {
      return kept.get();
    }
    Premises premises = asked.get();
    if (premises.areDecided()) {
      write(key, portable, premises);
    }
    return premises;
  }

  private <T extends Record> Optional<T> read(
      Supplier<String> key, Portable portable, Class<T> type, Predicate<T> isSound) {
    try {
      Path file = file(key.get());
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      JsonObject entry = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      JsonElement json = entry.get("answer");
      return checksum(json).equals(entry.get("checksum").getAsString())
          ? Optional.of(portable.read(json, type)).filter(isSound)
          : Optional.empty();
    } catch (IOException | RuntimeException wrong) {
      // Whatever is wrong with an entry: it is as if it were not there, and is written anew.
      return Optional.empty();
    }
  }

  private void write(Supplier<String> key, Portable portable, Record answer) {
    try {
      JsonElement json = portable.write(answer);
      JsonObject entry = new JsonObject();
      entry.addProperty("checksum", checksum(json));
      entry.add("answer", json);
      Path file = file(key.get());
      Path parent = Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
      Path half = Files.createTempFile(parent, "half-", ".tmp");
      try {
        Files.writeString(half, entry.toString());
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        hasGrown.set(true);
      } finally {
        Files.deleteIfExists(half);
      }
    } catch (IOException | IllegalArgumentException | SecurityException full) {
      // Not kept; it will be asked again.
    }
  }

  /// Empty where something in the machine has no content that could be hashed: then nothing is
  /// kept.
  public Optional<Rows> rows(Context context, SolverChoice solver, Duration timeout) {
    try {
      return Optional.of(new Rows(context, solver, timeout));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /// All of a machine that any of its instructions may depend on, asked about in one way:
  /// everything but the instructions, and but names and claims. What is chosen for params has
  /// become part of it.
  private Content machine(Machine machine, SolverChoice solver, Duration timeout) {
    Content content = new Content().add(build).add(solver).add(timeout.toMillis());
    components(
        content,
        machine,
        Set.of(
            "name",
            "setting",
            "instructions",
            "reserved",
            "assumptions",
            "expectations",
            "tests",
            "doc",
            "span"));
    return content;
  }

  /// The machine apart, and what is made of it. Premises that were kept are equal to those that
  /// were asked for, but share no parts as they do.
  private static void context(Content content, Context context, Portable portable) {
    components(content, context, Set.of("machine", "layout", "simulator", "premises"));
    content.add(portable.write(context.premises()).toString());
  }

  /// Its encoding and body, and its name, which findings mention.
  private static void instruction(Content content, Instruction instruction) {
    components(content, instruction, Set.of("rows", "cite", "doc", "span"));
  }

  private static void components(Content content, Record record, Set<String> without) {
    for (var component : record.getClass().getRecordComponents()) {
      if (!without.contains(component.getName())) {
        content.add(component.getName()).add(Content.value(record, component));
      }
    }
  }

  private static boolean isKeepable(Classes classes) {
    return Stream.concat(classes.findings().values().stream(), classes.ways().values().stream())
        .noneMatch(Finding::isUndecided);
  }

  private static Set<Witness> witnesses(Classes classes) {
    Set<Witness> all = new LinkedHashSet<>();
    classes.findings().values().forEach(f -> f.evidence().ifPresent(all::add));
    classes.ways().values().forEach(f -> f.evidence().ifPresent(all::add));
    return all;
  }

  private static String checksum(JsonElement json) {
    return new Content().add(json.toString()).hash();
  }

  private Path file(String key) {
    return folder.resolve(key.substring(0, 2)).resolve(key.substring(2) + ENDING);
  }

  /// Deletes the oldest entries until a quarter of the capacity is free again, if it is exceeded.
  public void trim() {
    if (!hasGrown.getAndSet(false)) {
      return;
    }
    record Entry(Path file, long size, long written) {}
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder, 2)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        entries.add(new Entry(file, attributes.size(), attributes.lastModifiedTime().toMillis()));
      }
      long size = entries.stream().mapToLong(Entry::size).sum();
      if (size <= capacity) {
        return;
      }
      entries.sort(Comparator.comparingLong(Entry::written).thenComparing(Entry::file));
      for (Entry entry : entries) {
        if (size <= capacity / 4 * 3) {
          return;
        }
        Files.deleteIfExists(entry.file);
        size -= entry.size;
      }
    } catch (IOException | java.io.UncheckedIOException | SecurityException busy) {
      // Another process is at it, or the next one will be.
    }
  }
}
