package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;

/// Declares what a machine's state is made of: registers, memories, devices.
final class State {
  private static final int MAX_ELEMENTS = 1 << 16;

  private State() {}

  static void register(Draft draft, Syntax.Item.Register item) {
    Body b = Body.outside(draft);
    int errors = draft.problems.errors();
    int count =
        item.count()
            .map(c -> Expressions.size(b, c, 1, MAX_ELEMENTS, "the number of elements").orElse(1))
            .orElse(1);
    Type type = Types.resolve(b, item.type());
    if (draft.problems.errors() > errors || Types.isPoisoned(draft, item.type())) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    Bits reset =
        item.reset()
            .flatMap(r -> Expressions.constant(Body.outside(draft), r, type))
            .orElse(Bits.zero(type.width()));
    if (type instanceof Type.Poison) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    Role role = item.role().flatMap(r -> Layout.role(draft, r)).orElse(null);
    Span roleSpan = item.role().map(Syntax.Name::span).orElse(null);
    List<Field> fields = Layout.fields(draft, item.name(), type, role, roleSpan, reset);
    for (Field f : fields) {
      if (f.fixed().isPresent()) {
        reset = reset.insert(f.high(), f.low(), f.fixed().get());
      }
    }
    List<String> names = item.names().stream().map(Syntax.Text::text).toList();
    if (!names.isEmpty() && names.size() != count) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.NAME_COUNT,
                  names.size() + " names for " + count + (count == 1 ? " element" : " elements"),
                  item.names().getFirst().span().to(item.names().getLast().span()),
                  names.size() + " names")
              .with(
                  item.name().span(),
                  "`"
                      + item.name().text()
                      + "` has "
                      + count
                      + (count == 1 ? " element" : " elements")));
    }
    repeated(draft, item.names());
    OptionalInt zero = OptionalInt.empty();
    if (item.zero().isPresent()) {
      Optional<Integer> element =
          Expressions.size(
              Body.outside(draft), item.zero().get(), 0, count - 1, "the zero element");
      zero = element.map(OptionalInt::of).orElse(zero);
    }
    Register register =
        new Register(item.name().text(), count, type.width(), fields, reset, names, item.span());
    draft.registers.add(register);
    draft.declare(item.name(), new Meaning.State(register, type, zero, item.name().span()));
  }

  private static void repeated(Draft draft, List<Syntax.Text> names) {
    Map<String, Span> seen = new LinkedHashMap<>();
    for (Syntax.Text n : names) {
      Span before = seen.putIfAbsent(n.text(), n.span());
      if (before != null) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.DUPLICATE_NAME,
                    "two elements are called `" + n.text() + "`",
                    n.span(),
                    "again here")
                .with(before, "first here"));
      }
    }
  }

  static void memory(Draft draft, Syntax.Item.Memory item) {
    Body b = Body.outside(draft);
    Type type = Types.resolve(b, item.type());
    BigInteger count =
        Expressions.whole(b, item.count())
            .filter(n -> {
              boolean fits = n.signum() > 0 && n.compareTo(Memory.MOST) <= 0;
              if (!fits) {
                draft.problems.report(
                    Diagnostic.of(
                        StateMistake.BAD_SIZE,
                        "a memory has 1..2^64 cells",
                        item.count().span(),
                        "is " + Mismatch.number(n)));
              }
              return fits;
            })
            .orElse(BigInteger.ONE);
    @Nullable Role role = item.role().flatMap(r -> Layout.role(draft, r)).orElse(null);
    if (item.role().isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.MISSING_ROLE,
                  "`" + item.name().text() + "` has no role",
                  item.name().span(),
                  "which part of <E, M, P, R> is it?")
              .help("write `role E` for storage that programs use, `R` for translation tables"));
    }
    Memory memory =
        new Memory(
            item.name().text(), count, type.width(), role == null ? Role.E : role, item.span());
    draft.memories.add(memory);
    draft.declare(item.name(), new Meaning.Storage(memory, type, item.name().span()));
  }

  static void device(Draft draft, Syntax.Item.Device item) {
    Map<String, Meaning.Line> lines = new LinkedHashMap<>();
    List<Port> ports = new ArrayList<>();
    for (Syntax.PortDecl p : item.ports()) {
      Type type = Types.resolve(Body.outside(draft), p.type());
      Port port =
          new Port(item.name().text(), p.name().text(), p.isInput(), type.width(), p.span());
      draft.glossary.declare(
          "port",
          item.name().text(),
          p.name(),
          type.text() + (p.isInput() ? ", read" : ", written") + ", role R");
      Meaning.Line before = lines.putIfAbsent(port.name(), new Meaning.Line(port, type));
      if (before != null) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.DUPLICATE_NAME,
                    "two ports are called `" + port.name() + "`",
                    p.name().span(),
                    "again here")
                .with(before.port().span(), "first here"));
        continue;
      }
      ports.add(port);
    }
    draft.ports.addAll(ports);
    draft.declare(item.name(), new Meaning.Device(item.name().text(), lines, item.name().span()));
  }
}
