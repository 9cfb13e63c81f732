package trapline.lang;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.UnspecifiedFunction;

/// What a name stands for, and where it was declared.
sealed interface Meaning {
  Span span();

  /// "register", as messages call it.
  String noun();

  /// A `param`, an integer `const`, a loop's variable: known now.
  record Whole(BigInteger number, Span span) implements Meaning {
    @Override
    public String noun() {
      return "constant";
    }
  }

  /// A `choice` with the value it has in this instance.
  record Choice(String name, List<String> values, String value, Span span) implements Meaning {
    @Override
    public String noun() {
      return "choice";
    }
  }

  record Constant(Bits value, Type type, Span span) implements Meaning {
    @Override
    public String noun() {
      return "constant";
    }
  }

  record TypeName(Type type, Span span) implements Meaning {
    @Override
    public String noun() {
      return "type";
    }
  }

  record Enumerator(String name, Bits value, Type.Enumeration type, Span span) implements Meaning {
    @Override
    public String noun() {
      return "enumerator";
    }
  }

  /// `zero` is the element that always reads as zero.
  record State(Register register, Type type, OptionalInt zero, Span span) implements Meaning {
    @Override
    public String noun() {
      return "register";
    }
  }

  record Storage(Memory memory, Type type, Span span) implements Meaning {
    @Override
    public String noun() {
      return "memory";
    }
  }

  record Device(String name, Map<String, Line> lines, Span span) implements Meaning {
    @Override
    public String noun() {
      return "device";
    }
  }

  /// A port and its type.
  record Line(Port port, Type type) {}

  record Translation(Routines.Translation space, Span span) implements Meaning {
    @Override
    public String noun() {
      return "space";
    }
  }

  record Seen(StorageView view, Span span) implements Meaning {
    @Override
    public String noun() {
      return "view";
    }
  }

  /// `V.Store`: a space or a view, reached as for this reason whatever is done.
  record Through(Meaning storage, Access access, Span span) implements Meaning {
    @Override
    public String noun() {
      return storage.noun();
    }
  }

  record Banked(Banks.Numbered bank, Span span) implements Meaning {
    @Override
    public String noun() {
      return "bank";
    }
  }

  /// A function or a guard.
  record Callable(Routine routine, boolean isGuard, Span span) implements Meaning {
    @Override
    public String noun() {
      return isGuard ? "guard" : "function";
    }
  }

  record Loose(UnspecifiedFunction function, List<Type> parameters, Type type, Span span)
      implements Meaning {
    @Override
    public String noun() {
      return "unspecified function";
    }
  }

  record OperandKindName(Kind kind, Span span) implements Meaning {
    @Override
    public String noun() {
      return "operand kind";
    }
  }

  /// Another name for a place, resolved where it is used.
  record Alias(String name, Syntax.Expression target, Span span) implements Meaning {
    @Override
    public String noun() {
      return "alias";
    }
  }

  /// An operand, a parameter, the instruction word, or what `let` and `var` bind.
  record Variable(Local local, Type type, boolean isMutable, String noun, Span span)
      implements Meaning {}

  /// In `shadow`: the virtual machine's state, `virt.psw`.
  record Virtual(Span span) implements Meaning {
    @Override
    public String noun() {
      return "virtual state";
    }
  }

  /// In a `vmm` block: what the guest was given, `region.base` and `region.size`, and where the
  /// monitor's tables for it begin, `region.tables`. `fits` says that they take the width of the
  /// place they are used in.
  record Region(Local base, Local size, Local tables, boolean fits, Span span) implements Meaning {
    static final List<String> PARTS = List.of("base", "size", "tables");

    Local part(String name) {
      return name.equals("base") ? base : name.equals("size") ? size : tables;
    }

    @Override
    public String noun() {
      return "region";
    }
  }

  /// A name whose declaration was wrong and has been reported.
  record Poisoned(Span span) implements Meaning {
    @Override
    public String noun() {
      return "name";
    }
  }
}
