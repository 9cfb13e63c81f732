package trapline.smt;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Terms as Bitwuzla's, by their addresses.
final class BitwuzlaTranslation extends Translation<Long> {
  private final BitwuzlaLibrary bitwuzla;
  private final long manager;
  private final long zero;
  private final long one;
  private final Map<Sort, Long> sorts = new HashMap<>();
  private final Map<String, Long> functions = new HashMap<>();

  BitwuzlaTranslation(BitwuzlaLibrary bitwuzla, long manager) {
    this.bitwuzla = bitwuzla;
    this.manager = manager;
    this.zero = bitwuzla.vectorValue(manager, sort(new Sort.BitVector(1)), "0");
    this.one = bitwuzla.vectorValue(manager, sort(new Sort.BitVector(1)), "1");
  }

  @Override
  Long truthOf(Long vector) {
    return bitwuzla.term(manager, "EQUAL", List.of(vector, one));
  }

  @Override
  Long vectorOf(Long truth) {
    return bitwuzla.term(manager, "ITE", List.of(truth, one, zero));
  }

  @Override
  Long make(Term term, Form form, List<Long> a) {
    boolean truth = form == Form.TRUTH;
    return switch (term.op()) {
      case CONSTANT ->
          truth
              ? bitwuzla.truth(manager, term.isTrue())
              : bitwuzla.vectorValue(manager, sort(term.sort()), term.value().value().toString());
      case VARIABLE ->
          bitwuzla.constant(
              manager, truth ? bitwuzla.boolSort(manager) : sort(term.sort()), term.name());
      case NOT -> bitwuzla.term(manager, truth ? "NOT" : "BV_NOT", a);
      case AND -> bitwuzla.term(manager, truth ? "AND" : "BV_AND", a);
      case OR -> bitwuzla.term(manager, truth ? "OR" : "BV_OR", a);
      case XOR -> bitwuzla.term(manager, truth ? "XOR" : "BV_XOR", a);
      case NEG -> bitwuzla.term(manager, "BV_NEG", a);
      case ADD -> bitwuzla.term(manager, "BV_ADD", a);
      case SUB -> bitwuzla.term(manager, "BV_SUB", a);
      case MUL -> bitwuzla.term(manager, "BV_MUL", a);
      case UDIV -> bitwuzla.term(manager, "BV_UDIV", a);
      case UREM -> bitwuzla.term(manager, "BV_UREM", a);
      case SDIV -> bitwuzla.term(manager, "BV_SDIV", a);
      case SREM -> bitwuzla.term(manager, "BV_SREM", a);
      case SHL -> bitwuzla.term(manager, "BV_SHL", a);
      case LSHR -> bitwuzla.term(manager, "BV_SHR", a);
      case ASHR -> bitwuzla.term(manager, "BV_ASHR", a);
      case EQ -> bitwuzla.term(manager, "EQUAL", a);
      case ULT -> bitwuzla.term(manager, "BV_ULT", a);
      case SLT -> bitwuzla.term(manager, "BV_SLT", a);
      case ITE -> bitwuzla.term(manager, "ITE", a);
      case EXTRACT ->
          bitwuzla.term(manager, "BV_EXTRACT", a, List.of((long) term.high(), (long) term.low()));
      case CONCAT -> bitwuzla.term(manager, "BV_CONCAT", a);
      case SEXT ->
          bitwuzla.term(
              manager,
              "BV_SIGN_EXTEND",
              a,
              List.of((long) term.width() - term.argument(0).width()));
      case SELECT -> bitwuzla.term(manager, "SELECT", a);
      case STORE -> bitwuzla.term(manager, "STORE", a);
      case CONSTANT_ARRAY -> bitwuzla.constantArray(manager, sort(term.sort()), a.get(0));
      case APPLY -> {
        long[] arguments = new long[a.size() + 1];
        arguments[0] = functions.computeIfAbsent(term.name(), name -> function(term));
        for (int i = 0; i < a.size(); i++) {
          arguments[i + 1] = a.get(i);
        }
        yield a.isEmpty()
            ? arguments[0]
            : bitwuzla.term(manager, "APPLY", Arrays.stream(arguments).boxed().toList());
      }
    };
  }

  private long function(Term term) {
    long range = sort(term.sort());
    List<Long> domain = term.arguments().stream().map(a -> sort(a.sort())).toList();
    return bitwuzla.constant(
        manager,
        domain.isEmpty() ? range : bitwuzla.functionSort(manager, domain, range),
        term.name());
  }

  private long sort(Sort sort) {
    Long known = sorts.get(sort);
    if (known == null) {
      known =
          switch (sort) {
            case Sort.BitVector(int width) -> bitwuzla.vectorSort(manager, width);
            case Sort.Array(int indexWidth, int width) ->
                bitwuzla.arraySort(
                    manager, sort(new Sort.BitVector(indexWidth)), sort(new Sort.BitVector(width)));
          };
      sorts.put(sort, known);
    }
    return known;
  }
}
