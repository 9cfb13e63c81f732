package trapline.oracle;

import java.util.Random;

/// Prints random machines, to look at: `Show FROM COUNT`.
final class Show {
  private Show() {}

  public static void main(String[] arguments) {
    long from = Long.parseLong(arguments[0]);
    for (long seed = from; seed < from + Long.parseLong(arguments[1]); seed++) {
      System.out.println("// seed " + seed);
      System.out.println(
          RandomMachine.text(new Random(seed), RandomMachine.STATE_BITS, RandomMachine.Reach.ALL));
    }
  }
}
