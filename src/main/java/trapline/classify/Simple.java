package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import trapline.smt.Term;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Shadow;
import trapline.symbolic.Start;

/// A word and states with which a witness is sought first; `made` as in [Posed].
///
/// Where tables lie in storage: that is sparse, and the word without variables, all different or
/// all zero, in its shortest encoding, then any. Where a monitor installs translation, and no
/// witness is wanted: the real state is as it makes it (decisions 0032 and 0033).
record Simple(InstructionWord word, List<Start> starts, List<Term> made) {

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
    List<Start> sparse = Sparse.starts(inquiry.terms, posed.starts());
    return List.of(
        new Simple(numbered(inquiry, sparse, i -> i + 1), sparse, List.of()),
        new Simple(numbered(inquiry, sparse, _ -> 0), sparse, List.of()),
        new Simple(inquiry.word, sparse, List.of()));
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
        new Simple(numbered(inquiry, starts, _ -> 0), starts, made),
        new Simple(inquiry.word, starts, made));
  }
}
