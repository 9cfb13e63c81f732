package trapline.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static trapline.isa.MachineFixture.read;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Evaluation;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.MachineFixture;
import trapline.isa.Register;
import trapline.isa.Role;

/// Compiled expressions have the values that [Bits] gives.
final class CompiledExpressionLaws {
  private static final int[] WIDTHS = {1, 2, 3, 8, 18, 32, 36, 63, 64, 65, 72, 96, 128};

  private final MachineFixture fixture = new MachineFixture(8);
  private final Map<Register, Local> registers = new LinkedHashMap<>();
  private final Simulator simulator;

  CompiledExpressionLaws() {
    for (int width : WIDTHS) {
      for (String name : new String[] {"a", "b"}) {
        Register register = fixture.register(name + width, 1, width, Role.E);
        registers.put(register, new Local(name + width, width));
      }
    }
    simulator = Simulator.of(fixture.machine());
  }

  @Test
  void everyOperationAtEveryWidth() {
    var random = new Random(36);
    for (int width : WIDTHS) {
      for (Expr.BinaryOp op : Expr.BinaryOp.values()) {
        check(new Expr.Binary(op, register("a", width), register("b", width)), random, 30);
      }
      for (Expr.UnaryOp op : Expr.UnaryOp.values()) {
        check(new Expr.Unary(op, register("a", width)), random, 10);
      }
    }
  }

  @Test
  void shiftsByAmountsOfAnyWidthAndByConstants() {
    var random = new Random(37);
    for (int width : WIDTHS) {
      for (var op :
          new Expr.BinaryOp[] {Expr.BinaryOp.SHL, Expr.BinaryOp.LSHR, Expr.BinaryOp.ASHR}) {
        for (int amount : WIDTHS) {
          check(new Expr.Binary(op, register("a", width), register("b", amount)), random, 20);
        }
        for (int by : new int[] {0, 1, width - 1, width, width + 1, 200}) {
          Expr constant = new Expr.Constant(Bits.of(9, by));
          check(new Expr.Binary(op, register("a", width), constant), random, 5);
        }
      }
    }
  }

  @Test
  void extensionsBetweenAllWidths() {
    var random = new Random(38);
    for (int from : WIDTHS) {
      for (int to : WIDTHS) {
        if (to >= from) {
          check(new Expr.Extend(register("a", from), to, true), random, 5);
          check(new Expr.Extend(register("a", from), to, false), random, 5);
        }
      }
    }
  }

  @Property(tries = 1500)
  void randomExpressions(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int depth) {
    var random = new Random(seed);
    check(expr(random, WIDTHS[random.nextInt(WIDTHS.length)], depth), random, 4);
  }

  private void check(Expr expr, Random random, int times) {
    for (int i = 0; i < times; i++) {
      State state = simulator.blank();
      var locals = new LinkedHashMap<Local, Bits>();
      registers.forEach((register, local) -> {
        Bits value = value(random, register.width());
        state.register(register, value);
        locals.put(local, value);
      });
      assertEquals(
          Evaluation.of(overLocals(expr), locals), simulator.evaluate(expr, state), expr::toString);
    }
  }

  private Expr register(String name, int width) {
    return registers.keySet().stream()
        .filter(r -> r.name().equals(name + width))
        .map(MachineFixture::read)
        .findFirst()
        .orElseThrow();
  }

  private static Bits value(Random random, int width) {
    return switch (random.nextInt(6)) {
      case 0 -> Bits.zero(width);
      case 1 -> Bits.ones(width);
      case 2 -> Bits.of(width, random.nextInt(8));
      case 3 -> Bits.wrap(width, BigInteger.ONE.shiftLeft(width - 1));
      case 4 -> Bits.wrap(width, BigInteger.valueOf(-1 - random.nextInt(8)));
      default -> Bits.wrap(width, new BigInteger(width, random));
    };
  }

  private Expr expr(Random random, int width, int depth) {
    if (depth == 0) {
      if (random.nextInt(4) == 0) {
        return new Expr.Constant(value(random, width));
      }
      for (Register register : registers.keySet()) {
        if (register.width() == width && random.nextInt(2) == 0) {
          return read(register);
        }
      }
      Expr wide = read(fixtureRegister(128));
      int low = random.nextInt(129 - width);
      return new Expr.Extract(wide, low + width - 1, low);
    }
    int less = depth - 1;
    switch (random.nextInt(7)) {
      case 0 -> {
        int from = 1 + random.nextInt(width);
        return new Expr.Extend(expr(random, from, less), width, random.nextBoolean());
      }
      case 1 -> {
        int low = random.nextInt(8);
        int more = random.nextInt(8);
        if (width + low + more > 128) {
          return expr(random, width, less);
        }
        return new Expr.Extract(expr(random, width + low + more, less), low + width - 1, low);
      }
      case 2 -> {
        if (width == 1) {
          return new Expr.Unary(Expr.UnaryOp.NOT, expr(random, 1, less));
        }
        int right = 1 + random.nextInt(width - 1);
        return new Expr.Concat(expr(random, width - right, less), expr(random, right, less));
      }
      case 3 -> {
        return new Expr.Conditional(
            expr(random, 1, less), expr(random, width, less), expr(random, width, less));
      }
      case 4 -> {
        var op = Expr.UnaryOp.values()[random.nextInt(2)];
        return new Expr.Unary(op, expr(random, width, less));
      }
      default -> {
        var ops = Expr.BinaryOp.values();
        var op = ops[random.nextInt(ops.length)];
        int operands = width;
        if (op.isComparison()) {
          if (width != 1) {
            return expr(random, width, less);
          }
          operands = WIDTHS[random.nextInt(WIDTHS.length)];
        }
        return new Expr.Binary(op, expr(random, operands, less), expr(random, operands, less));
      }
    }
  }

  private Register fixtureRegister(int width) {
    return registers.keySet().stream().filter(r -> r.width() == width).findFirst().orElseThrow();
  }

  /// The same expression with a local for each register.
  private Expr overLocals(Expr expr) {
    return switch (expr) {
      case Expr.RegisterRead r -> java.util.Objects.requireNonNull(registers.get(r.register()));
      case Expr.Unary(var op, var a) -> new Expr.Unary(op, overLocals(a));
      case Expr.Binary(var op, var a, var b) -> new Expr.Binary(op, overLocals(a), overLocals(b));
      case Expr.Extract(var a, int high, int low) -> new Expr.Extract(overLocals(a), high, low);
      case Expr.Concat(var a, var b) -> new Expr.Concat(overLocals(a), overLocals(b));
      case Expr.Extend(var a, int w, boolean signed) -> new Expr.Extend(overLocals(a), w, signed);
      case Expr.Conditional(var c, var a, var b) ->
          new Expr.Conditional(overLocals(c), overLocals(a), overLocals(b));
      default -> expr;
    };
  }
}
