package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Map;
import trapline.isa.Machine;

/// Machines out of what a loader gives, for tests.
public final class LoaderFixture {
  private LoaderFixture() {}

  /// The first instance of the machine of that name, with these params and choices.
  public static Machine machine(Loader.Loaded loaded, String name, Map<String, String> setting) {
    var machines = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    return machines.machines().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow()
        .instances(setting)
        .machines()
        .getFirst();
  }
}
