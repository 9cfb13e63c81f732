package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ReducerTest {
  @Test
  void leavesNothingThatIsNotNeeded() {
    String text =
        """
        machine M {
          reg a : bits(2);
          instr i {
            if a == 1 {
              a = ((b + c) ^ d);
              halt;
            } else {
              a = 3;
            }
          }
        }
        """;
    assertEquals(
        """
        machine M {
              a = 0;
              halt;
        }
        """,
        Reducer.reduce(
            text,
            t ->
                t.startsWith("machine M {")
                    && t.contains("a = ")
                    && t.contains("halt;")
                    && t.endsWith("}\n")));
  }
}
