package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import trapline.smt.Term;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Shadow;
import trapline.symbolic.Start;

/// A word and states with which a witness is sought first; `made` as in [Inquiry.Posed].
///
/// Where tables lie in storage: that is sparse, and the word without variables, all different or
/// all zero, then any. Where a monitor installs translation, and no witness is wanted: the real
/// state is as it makes it (decisions 0032 and 0033).
record Simple(InstructionWord word, List<Start> starts, List<Term> made) {

  /// One after the other.
  static List<Simple> of(Inquiry inquiry, Inquiry.Posed posed) {
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
        new Simple(inquiry.word.numbered(inquiry.terms, i -> i + 1), sparse, List.of()),
        new Simple(inquiry.word.numbered(inquiry.terms, _ -> 0), sparse, List.of()),
        new Simple(inquiry.word, sparse, List.of()));
  }

  private static List<Simple> filled(Inquiry inquiry, Inquiry.Posed posed) {
    Start real = posed.starts().getLast();
    Shadow.Step filled = Shadow.of(inquiry.terms, inquiry.composition()).filled(real.state());
    List<Term> made = new ArrayList<>(filled.constraints());
    made.add(filled.ends());
    List<Start> starts = List.of(posed.starts().getFirst(), new Start(filled.state(), real.mark()));
    return List.of(
        new Simple(inquiry.word.numbered(inquiry.terms, _ -> 0), starts, made),
        new Simple(inquiry.word, starts, made));
  }
}
