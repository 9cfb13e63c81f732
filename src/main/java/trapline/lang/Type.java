package trapline.lang;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.EnumType;
import trapline.isa.Role;

/// What a run-time value of the language is. In the model all of them are bit vectors.
///
///     Type = bits(n) | int(n) | bool | enum | struct (a view of bits) | operand kind | poison
sealed interface Type {
  Type TRUTH = new Truth();
  Type POISON = new Poison();

  int width();

  /// As an author writes it.
  String text();

  /// `bits(n)`, or `int(n)` when signed.
  record Vector(int width, boolean signed) implements Type {
    @Override
    public String text() {
      return (signed ? "int(" : "bits(") + width + ")";
    }
  }

  /// The type of what has been reported already; it fits everything, silently.
  record Poison() implements Type {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public String text() {
      return "unknown";
    }
  }

  record Truth() implements Type {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public String text() {
      return "bool";
    }
  }

  record Enumeration(EnumType type, Span span) implements Type {
    @Override
    public int width() {
      return type.width();
    }

    @Override
    public String text() {
      return type.name();
    }
  }

  /// A struct: names for the bits of a word.
  record View(String name, int width, List<Part> parts, Span span) implements Type {
    @Override
    public String text() {
      return name + " (bits(" + width + "))";
    }

    Optional<Part> part(String wanted) {
      return parts.stream().filter(p -> p.fixed().isEmpty() && p.name().equals(wanted)).findFirst();
    }
  }

  /// Bits `high..low` of a struct: a named field, or fixed bits without a name.
  record Part(
      String name,
      int high,
      int low,
      Type type,
      Optional<Role> role,
      Optional<Bits> fixed,
      Span span) {
    int width() {
      return high - low + 1;
    }
  }

  /// An operand of a kind, before its accessors are used.
  record OfKind(Kind kind) implements Type {
    @Override
    public int width() {
      return kind.width();
    }

    @Override
    public String text() {
      return "operand " + kind.name();
    }
  }

  static Type bits(int width) {
    return new Vector(width, false);
  }

  /// The type as arithmetic sees it: a struct is its bits.
  default Type plain() {
    return this instanceof View(String _, int width, List<Part> _, Span _) ? bits(width) : this;
  }

  default boolean isVector() {
    return plain() instanceof Vector;
  }

  default boolean isSigned() {
    return this instanceof Vector(int _, boolean signed) && signed;
  }
}
