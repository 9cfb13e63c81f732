package trapline.theorem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.classify.Classes;
import trapline.classify.Region;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Register;

/// Whether a monitor can set the fields that it may `configure` so that no instruction has a gap.
///
///     there is a setting c, such that for all instructions i and all virtual states S:  no gap of i at S under c
///
/// `HOLDS` with such a `setting`; a field that it does not mention may be anything. `FAILS` when
/// there is none: because of the rows `unsaved`, which have a gap under every setting, or because of
/// `conflict`, rows that can each be saved and not all together; then `tradeoffs` say what is to be had by
/// giving one of them up. `needs` says what each row asks of the setting.
///
/// Ours: `theory.md`, section 4, Configuration.
public record Configuration(
    Verdict verdict,
    Map<String, String> setting,
    List<Need> needs,
    List<String> unsaved,
    List<String> conflict,
    List<Tradeoff> tradeoffs) {

  /// `exact`: it asks for no more than it needs.
  public record Need(String row, String predicate, boolean exact) {}

  /// With this setting, of the rows in conflict only `without` has a gap.
  public record Tradeoff(String without, Map<String, String> setting) {}

  /// Nothing when the monitor configures nothing.
  static Optional<Configuration> of(Machine machine, List<Classes> rows, Property gap) {
    return machine
        .monitor()
        .filter(m -> !m.configurable().isEmpty())
        .map(m -> new Search(machine, gap).over(rows));
  }

  private record Search(Machine machine, Property gap) {
    Configuration over(List<Classes> rows) {
      List<Need> needs = new ArrayList<>();
      List<String> unsaved = new ArrayList<>();
      Map<String, List<Region.Cube>> saved = new LinkedHashMap<>();
      boolean open = false;
      for (Classes row : rows) {
        var finding = row.finding(gap);
        if (finding.isFails()) {
          continue;
        }
        Region region = row.settings().get(gap);
        String name = row.row().name();
        if (finding.isUndecided() || region == null) {
          open |= finding.isUndecided();
          if (finding.isHolds()) {
            unsaved.add(name);
          }
        } else if (region.absent().isEmpty()) {
          open |= !region.exact();
          if (region.exact()) {
            unsaved.add(name);
          }
        } else {
          open |= !region.exact();
          saved.put(name, region.absent());
          needs.add(new Need(name, region.opposite(), region.exact()));
        }
      }
      Optional<Region.Cube> joint = joint(saved.values());
      List<String> conflict = joint.isPresent() ? List.of() : List.copyOf(conflict(saved).keySet());
      boolean fails = !unsaved.isEmpty() || (joint.isEmpty() && !open);
      Verdict verdict =
          fails ? Verdict.FAILS : open || joint.isEmpty() ? Verdict.UNDECIDED : Verdict.HOLDS;
      return new Configuration(
          verdict,
          joint.map(this::setting).orElse(Map.of()),
          needs,
          unsaved,
          conflict,
          tradeoffs(conflict, saved));
    }

    /// One cube of each, such that all have a value in common.
    private static Optional<Region.Cube> joint(Iterable<List<Region.Cube>> choices) {
      List<Region.Cube> open = List.of(new Region.Cube(Map.of()));
      for (List<Region.Cube> cubes : choices) {
        List<Region.Cube> next = new ArrayList<>();
        for (Region.Cube so : open) {
          for (Region.Cube cube : cubes) {
            so.and(cube).filter(c -> !next.contains(c)).ifPresent(next::add);
          }
        }
        open = next;
      }
      return open.stream().findFirst();
    }

    /// A least set of rows that cannot be saved together.
    private static Map<String, List<Region.Cube>> conflict(Map<String, List<Region.Cube>> all) {
      Map<String, List<Region.Cube>> left = new LinkedHashMap<>(all);
      for (String row : all.keySet()) {
        Map<String, List<Region.Cube>> fewer = new LinkedHashMap<>(left);
        fewer.remove(row);
        if (joint(fewer.values()).isEmpty()) {
          left = fewer;
        }
      }
      return left;
    }

    private List<Tradeoff> tradeoffs(List<String> conflict, Map<String, List<Region.Cube>> saved) {
      List<Tradeoff> tradeoffs = new ArrayList<>();
      for (String without : conflict) {
        Map<String, List<Region.Cube>> others = new LinkedHashMap<>();
        conflict.stream()
            .filter(row -> !row.equals(without))
            .forEach(row -> others.put(row, saved.getOrDefault(row, List.of())));
        joint(others.values())
            .ifPresent(cube -> tradeoffs.add(new Tradeoff(without, setting(cube))));
      }
      return tradeoffs;
    }

    private Map<String, String> setting(Region.Cube cube) {
      Map<String, String> setting = new LinkedHashMap<>();
      cube.patterns().forEach((name, pattern) -> setting.put(name, value(name, pattern.value())));
      return setting;
    }

    /// By its name if the field's type has one.
    private String value(String place, Bits value) {
      for (Register register : machine.registers()) {
        for (Field field : register.fields()) {
          if (place.equals(register.name() + "." + field.name())) {
            return field
                .type()
                .flatMap(type -> type.nameOf(value))
                .orElse(value.value().toString());
          }
        }
      }
      return value.value().toString();
    }
  }
}
