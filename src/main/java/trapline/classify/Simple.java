package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import trapline.smt.Term;
import trapline.symbolic.Dimension;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Shadow;
import trapline.symbolic.Start;

/// A word and states with which a witness is sought first; `made` as in [Posed]. `early`: before a
/// proof is sought that there is none.
///
/// Where tables lie in storage: with operands that are all different, in the machine's [Placement],
/// then with its relocation alone, then in sparse storage; and after a proof with any operands in
/// the placement, with zeros and with any in sparse storage. The word is of the shortest encoding
/// that may have such operands. Where a monitor installs translation, and no witness is wanted: the
/// real state is as it makes it (decisions 0032, 0033 and 0039).
record Simple(InstructionWord word, List<Start> starts, List<Term> made, boolean early) {

  /// One after the other.
  static List<Simple> of(Inquiry inquiry, Posed posed) {
    if (posed.isDirect()) {
      return inquiry.realStates().areInstalled()
              && !posed.question().wantsWitness()
              && inquiry.composed().holds(posed.question().property())
          ? filled(inquiry, posed)
          : List.of();
    }
    if (!inquiry.layout.isTranslatedByStorage()) {
      return List.of();
    }
    // A proof is simple of one storage, and often there.
    boolean early = isEarly(inquiry) && !Sparse.areSharing(posed.starts());
    List<Start> sparse = Sparse.starts(inquiry.terms, posed.starts());
    Optional<Placement> placement = placement(inquiry, posed);
    Optional<List<Start>> placed =
        placement.map(
            p -> p.of(inquiry.terms, sparse, Set.of(Dimension.RELOCATION, Dimension.CONTROL)));
    List<Simple> all = new ArrayList<>();
    placed.ifPresent(p -> all.add(new Simple(different(inquiry, p), p, List.of(), true)));
    placement
        .map(p -> p.of(inquiry.terms, sparse, Set.of(Dimension.RELOCATION)))
        .ifPresent(p -> all.add(new Simple(different(inquiry, p), p, List.of(), early)));
    all.add(new Simple(different(inquiry, sparse), sparse, List.of(), early));
    placed.ifPresent(p -> all.add(new Simple(inquiry.word, p, List.of(), false)));
    all.add(new Simple(zero(inquiry, sparse), sparse, List.of(), false));
    all.add(new Simple(inquiry.word, sparse, List.of(), false));
    return List.copyOf(all);
  }

  /// Hypotheses are made for there to be a proof.
  private static boolean isEarly(Inquiry inquiry) {
    return inquiry.assumptions.isEmpty();
  }

  /// The one for such modes. Hypotheses are hardly ever true of it.
  private static Optional<Placement> placement(Inquiry inquiry, Posed posed) {
    return inquiry.assumptions.isEmpty()
        ? inquiry.placements.stream()
            .filter(p -> posed.question().modes().containsAll(p.modes()))
            .findFirst()
        : Optional.empty();
  }

  private static InstructionWord different(Inquiry inquiry, List<Start> starts) {
    return numbered(inquiry, starts, i -> i + 1);
  }

  private static InstructionWord zero(Inquiry inquiry, List<Start> starts) {
    return numbered(inquiry, starts, _ -> 0);
  }

  /// The word with these numbers, by the shortest encoding that may have them.
  private static InstructionWord numbered(
      Inquiry inquiry, List<Start> starts, IntUnaryOperator value) {
    List<InstructionWord> all = inquiry.word.encodings(inquiry.terms);
    return all.stream()
        .map(w -> w.numbered(inquiry.terms, value))
        .filter(w -> !inquiry.encodes(w, starts.getFirst().state()).isFalse())
        .findFirst()
        .orElseGet(() -> all.getFirst().numbered(inquiry.terms, value));
  }

  private static List<Simple> filled(Inquiry inquiry, Posed posed) {
    Start real = posed.starts().getLast();
    Shadow.Step filled = Shadow.of(inquiry.terms, inquiry.composition()).filled(real.state());
    List<Term> made = new ArrayList<>(filled.constraints());
    made.add(filled.ends());
    List<Start> starts = List.of(posed.starts().getFirst(), new Start(filled.state(), real.mark()));
    return List.of(
        new Simple(zero(inquiry, starts), starts, made, isEarly(inquiry)),
        new Simple(inquiry.word, starts, made, false));
  }
}
