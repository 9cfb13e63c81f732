package trapline.classify;

import java.util.List;
import trapline.smt.Term;
import trapline.symbolic.Effects;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Start;

/// A question about a word with its runs, as a solver is asked.
///
/// `made`: what holds where the monitor has made the real state, instead of its being right.
/// `fetched`: the word must be fetched too.
record Posed(
    Question question,
    InstructionWord word,
    List<Start> starts,
    List<Effects> runs,
    List<Term> made,
    boolean fetched) {
  /// Whether no run has met a loop, so that however loops are followed, the runs are these.
  boolean isLoopless() {
    return runs.stream().allMatch(r -> r.unresolved().isFalse() && r.facts().isEmpty());
  }

  /// Whether the instruction itself reads more of storage than by the program's addresses, as those
  /// do that load descriptors.
  boolean readsOwnTables() {
    return runs.stream().anyMatch(r -> !r.touches().isFalse());
  }

  /// Whether the second run is the real one.
  boolean isDirect() {
    return question.relation() instanceof Question.Relation.Direct;
  }

  Posed whereFetched() {
    return new Posed(question, word, starts, runs, made, true);
  }

  /// Whether it takes looking at sets of outcomes.
  boolean isChoosing() {
    return question.against().filter(a -> !runs.get(a.run()).choices().isEmpty()).isPresent();
  }

  Question.Against against() {
    return question.against().orElseThrow();
  }
}
