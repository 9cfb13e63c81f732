package trapline.symbolic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;

/// The instruction word of a row: constant where its encoding and its row fix bits, variable
/// elsewhere.
///
/// The variables are the operands' pieces, so that a question about an operand is one about a
/// variable. `free` lists them, high bits first. An instruction of several encodings has one
/// variable more, that says which it is. `goesOn` is when there is another unit behind the first,
/// the second, ...
public record InstructionWord(
    Term word, Map<Local, Term> operands, List<Term> free, List<Case> cases, List<Term> goesOn) {
  private static final String OPERAND = "operand ";

  /// When it is one encoding, and what must hold of the operands then; its variables, and its
  /// length in bits.
  record Case(
      Term is, Optional<Expr> condition, Map<Local, Term> operands, List<Term> free, int length) {}

  /// When word and operands are one of the encodings.
  public Term encodes(Terms terms, SymbolicState state) {
    return terms.or(
        cases.stream()
            .map(c ->
                c.condition
                    .map(e -> terms.and(c.is, Executor.value(terms, e, state, c.operands)))
                    .orElse(c.is))
            .toList());
  }

  public boolean hasSeveralEncodings() {
    return cases.size() > 1;
  }

  /// One for each encoding, the shortest first.
  public List<InstructionWord> encodings(Terms terms) {
    if (!hasSeveralEncodings()) {
      return List.of(this);
    }
    Term which = free.getFirst();
    return cases.stream()
        .sorted(Comparator.comparingInt(Case::length))
        .map(c -> {
          Term number = terms.constant(which.width(), cases.indexOf(c));
          return with(terms, Map.of(which, number), c.free, List.of(c));
        })
        .toList();
  }

  /// The same with a number for each variable: `value` of its place in `free`, cut to its width.
  public InstructionWord numbered(Terms terms, IntUnaryOperator value) {
    Map<Term, Term> numbers = new LinkedHashMap<>();
    for (int i = 0; i < free.size(); i++) {
      numbers.put(free.get(i), terms.constant(free.get(i).width(), value.applyAsInt(i)));
    }
    return with(terms, numbers, List.of(), cases);
  }

  private InstructionWord with(
      Terms terms, Map<Term, Term> values, List<Term> left, List<Case> possible) {
    UnaryOperator<Term> known = t -> terms.substitute(t, values);
    return new InstructionWord(
        known.apply(word),
        known(operands, known),
        left,
        possible.stream()
            .map(c ->
                new Case(known.apply(c.is), c.condition, known(c.operands, known), left, c.length))
            .toList(),
        goesOn.stream().map(known).toList());
  }

  private static Map<Local, Term> known(Map<Local, Term> operands, UnaryOperator<Term> known) {
    Map<Local, Term> all = new LinkedHashMap<>();
    operands.forEach((l, v) -> all.put(l, known.apply(v)));
    return all;
  }

  /// One encoding of a row.
  private record Form(Encoding encoding, Term word, Map<Local, Term> operands, List<Term> free) {}

  /// A word of zeros, as long as the longest instruction.
  public static InstructionWord zero(Terms terms, Fetch fetch) {
    return new InstructionWord(
        terms.constant(fetch.word().width(), 0),
        Map.of(),
        List.of(),
        List.of(),
        Collections.nCopies(fetch.most() - 1, terms.truth(true)));
  }

  public static InstructionWord of(
      Terms terms, Fetch fetch, Instruction instruction, Instruction.Row row) {
    List<Encoding> encodings = instruction.encodings().stream().filter(e -> holds(e, row)).toList();
    List<Form> forms = new ArrayList<>();
    encodings.forEach(e -> forms.add(form(terms, e, row, encodings.size() > 1)));
    Term which = terms.variable("encoding", new Sort.BitVector(Bits.indexWidth(encodings.size())));
    List<Term> is = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      is.add(
          forms.size() == 1
              ? terms.truth(true)
              : terms.eq(which, terms.constant(which.width(), i)));
    }
    Term word = forms.getLast().word;
    Map<Local, Term> operands = new LinkedHashMap<>(forms.getLast().operands);
    Set<Term> free = new LinkedHashSet<>();
    if (forms.size() > 1) {
      free.add(which);
    }
    List<Case> cases = new ArrayList<>();
    for (int i = forms.size() - 1; i >= 0; i--) {
      Form form = forms.get(i);
      Term isThis = is.get(i);
      word = terms.ite(isThis, form.word, word);
      form.operands.forEach(
          (l, v) -> operands.merge(l, v, (old, now) -> terms.ite(isThis, now, old)));
    }
    for (int i = 0; i < forms.size(); i++) {
      Form form = forms.get(i);
      free.addAll(form.free);
      cases.add(
          new Case(
              is.get(i),
              form.encoding.condition(),
              form.operands,
              form.free,
              form.encoding.length()));
    }
    List<Term> goesOn = new ArrayList<>();
    for (int units = 1; units < fetch.most(); units++) {
      List<Term> longer = new ArrayList<>();
      for (int i = 0; i < forms.size(); i++) {
        if (forms.get(i).encoding.length() > units * fetch.unit().width()) {
          longer.add(is.get(i));
        }
      }
      goesOn.add(longer.size() == forms.size() ? terms.truth(true) : terms.or(longer));
    }
    return new InstructionWord(
        word, operands, List.copyOf(free), List.copyOf(cases), List.copyOf(goesOn));
  }

  /// Whether an encoding has room for what a row fixes.
  private static boolean holds(Encoding encoding, Instruction.Row row) {
    return encoding.operands().stream()
        .allMatch(o -> {
          Bits value = row.fixed().get(o.local());
          return value == null
              || o.decode(o.encode(Bits.zero(encoding.width()), value)).equals(value);
        });
  }

  private static Form form(
      Terms terms, Encoding encoding, Instruction.Row row, boolean isOneOfMany) {
    int width = encoding.width();
    int end = width - encoding.length();
    Term[] bitOwner = new Term[width];
    int[] bitOf = new int[width];
    Bits fixedMask = encoding.mask();
    Bits fixed = encoding.match();
    for (Encoding.Operand operand : encoding.operands()) {
      Bits value = row.fixed().get(operand.local());
      if (value != null) {
        fixed = operand.encode(fixed, value);
        fixedMask = operand.encode(fixedMask, Bits.ones(value.width()));
      }
    }
    List<Term> free = new ArrayList<>();
    for (Encoding.Operand operand : encoding.operands()) {
      for (Encoding.Piece piece : operand.pieces()) {
        if (fixedMask.bit(piece.at())) {
          continue;
        }
        String name =
            operand.pieces().size() == 1
                ? OPERAND + operand.local().name()
                : OPERAND + operand.local().name() + "[" + piece.low() + "]";
        if (isOneOfMany && piece.width() < operand.local().width()) {
          name += " (" + piece.width() + ")";
        }
        Term variable = terms.variable(name, new Sort.BitVector(piece.width()));
        free.add(variable);
        for (int i = 0; i < piece.width(); i++) {
          bitOwner[piece.at() + i] = variable;
          bitOf[piece.at() + i] = i;
        }
      }
    }
    for (int i = end; i < width; i++) {
      if (bitOwner[i] == null && !fixedMask.bit(i)) {
        int low = i;
        while (i + 1 < width && bitOwner[i + 1] == null && !fixedMask.bit(i + 1)) {
          i++;
        }
        Term variable =
            terms.variable(
                "ignored bits " + low + (isOneOfMany ? ".." + i : ""),
                new Sort.BitVector(i - low + 1));
        free.add(variable);
        for (int b = low; b <= i; b++) {
          bitOwner[b] = variable;
          bitOf[b] = b - low;
        }
      }
    }
    Term word = null;
    for (int high = width - 1; high >= 0; ) {
      int low = high;
      Term owner = bitOwner[high];
      while (low > 0 && bitOwner[low - 1] == owner) {
        low--;
      }
      Term part =
          owner == null
              ? terms.constant(fixed.extract(high, low))
              : terms.extract(owner, bitOf[high], bitOf[low]);
      word = word == null ? part : terms.concat(word, part);
      high = low - 1;
    }
    Term whole = java.util.Objects.requireNonNull(word);
    return new Form(encoding, whole, operands(terms, encoding, whole), free);
  }

  /// The word, as far as its first `units` units go, of so many bits each.
  Term beginning(Terms terms, int units, int unit) {
    int known = units * unit;
    return known >= word.width()
        ? word
        : terms.concat(
            terms.extract(word, word.width() - 1, word.width() - known),
            terms.constant(word.width() - known, 0));
  }

  /// Whether a variable stands for an operand, not for bits that decoding ignores.
  public static boolean isOperand(Term variable) {
    return variable.name().startsWith(OPERAND);
  }

  /// Whether a word is of a row, and its operands if it is.
  record Fit(Term holds, Map<Local, Term> operands) {}

  static Fit fit(
      Terms terms, Instruction instruction, Instruction.Row row, Term word, SymbolicState state) {
    List<Term> any = new ArrayList<>();
    Map<Local, Term> all = new LinkedHashMap<>();
    for (Encoding encoding : instruction.encodings()) {
      Map<Local, Term> operands = operands(terms, encoding, word);
      List<Term> fits = new ArrayList<>();
      fits.add(
          terms.eq(
              terms.and(word, terms.constant(encoding.mask())), terms.constant(encoding.match())));
      encoding.condition().ifPresent(c -> fits.add(Executor.value(terms, c, state, operands)));
      row.fixed()
          .forEach((l, v) ->
              fits.add(
                  terms.eq(java.util.Objects.requireNonNull(operands.get(l)), terms.constant(v))));
      row.condition().ifPresent(c -> fits.add(Executor.value(terms, c, state, operands)));
      Term is = terms.and(fits);
      any.add(is);
      operands.forEach((l, v) -> all.merge(l, v, (old, now) -> terms.ite(is, now, old)));
    }
    return new Fit(terms.or(any), all);
  }

  /// The operands that a word holds, by an encoding that it fits.
  private static Map<Local, Term> operands(Terms terms, Encoding encoding, Term word) {
    Map<Local, Term> operands = new LinkedHashMap<>();
    for (Encoding.Operand operand : encoding.operands()) {
      List<Encoding.Piece> pieces = new ArrayList<>(operand.pieces());
      pieces.sort((a, b) -> Integer.compare(a.low(), b.low()));
      Term value = null;
      int filled = 0;
      for (Encoding.Piece piece : pieces) {
        if (piece.low() > filled) {
          Term gap = terms.constant(piece.low() - filled, 0);
          value = value == null ? gap : terms.concat(gap, value);
        }
        Term part = terms.extract(word, piece.at() + piece.width() - 1, piece.at());
        value = value == null ? part : terms.concat(part, value);
        filled = piece.low() + piece.width();
      }
      int above = operand.local().width() - filled;
      if (value == null) {
        value = terms.constant(operand.local().width(), 0);
      } else if (above > 0) {
        value = terms.zext(value, operand.local().width());
      }
      operands.put(operand.local(), value);
    }
    return operands;
  }
}
