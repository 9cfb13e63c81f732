package trapline;

import java.util.IdentityHashMap;
import java.util.Map;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Statement;

/// How much work a row is expected to be: the statements of its body, those of functions at every
/// call, since each call is executed symbolically.
///
/// For estimates of time, and for what is begun first.
final class Weight {
  private static final long MOST = 1 << 20;

  private final Map<Function, Long> functions = new IdentityHashMap<>();

  long of(Instruction instruction) {
    return 1 + of(instruction.body());
  }

  private long of(Statement.Block block) {
    long weight = 0;
    for (Statement statement : block.statements()) {
      weight = Math.min(MOST, weight + of(statement));
    }
    return weight;
  }

  private long of(Statement statement) {
    return switch (statement) {
      case Statement.If(var _, var then, var otherwise) -> 1 + of(then) + of(otherwise);
      case Statement.While(var _, var body) -> 2 + 2 * of(body);
      case Statement.Call(var _, var function, var _) -> 1 + of(function);
      case Statement.Load _, Statement.Store _ -> 4;
      case Statement.Assign _,
          Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Input _,
          Statement.Output _,
          Statement.Choose _,
          Statement.Raise _,
          Statement.Return _,
          Statement.Halt _,
          Statement.Commit _,
          Statement.Unpredictable _,
          Statement.Execute _ ->
          1;
    };
  }

  private long of(Function function) {
    Long known = functions.get(function);
    if (known == null) {
      known = of(function.body());
      functions.put(function, known);
    }
    return known;
  }
}
