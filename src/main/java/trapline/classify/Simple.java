package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Dimension;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Shadow;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// A word and states with which a witness is sought first; `made` as in [Posed]. `early`: before a
/// proof is sought that there is none.
///
/// Where a row has several encodings, and a witness is wanted: with operands of zero. Where
/// programs do not reach all that an instruction reads, such as descriptors: so, and after a proof
/// with any, a pair that differs in one cell of it.
///
/// Where tables of translation lie in storage: with operands that are all different, then zero,
/// then any, in the [Room] of the machine's [Placement]; with different ones in the placement; with
/// its relocation alone and any storage, a pair that may differ there in one cell; with its
/// relocation alone in sparse storage; without a placement in any sparse storage. After a proof
/// with any operands in the placement, and in sparse storage with different ones, with zeros and
/// with any. Where an instruction has tables of its own to read besides: first the pair that
/// differs in one cell, and all others after a proof.
///
/// The word is of the shortest encoding that may have such operands. Where a monitor installs
/// translation, and no witness is wanted: the real state is as it makes it (decisions 0032, 0033,
/// 0039, 0040, 0042 and 0043).
record Simple(InstructionWord word, List<Start> starts, List<Term> made, boolean early) {
  private static final Set<Dimension> RELOCATION = Set.of(Dimension.RELOCATION);

  /// In states that no monitor has made.
  private Simple(InstructionWord word, List<Start> starts, boolean early) {
    this(word, starts, List.of(), early);
  }

  /// One after the other.
  static List<Simple> of(Inquiry inquiry, Posed posed) {
    if (posed.isDirect()) {
      return inquiry.realStates().areInstalled()
              && !posed.question().wantsWitness()
              && inquiry.composed().holds(posed.question().property())
          ? filled(inquiry, posed)
          : List.of();
    }
    Terms terms = inquiry.terms;
    List<Start> starts = posed.starts();
    if (!inquiry.layout.isTranslatedByStorage()) {
      return untranslated(inquiry, posed);
    }
    List<Start> sparse = Sparse.starts(terms, starts);
    Optional<Placement> placement = placement(inquiry, posed);
    Optional<List<Start>> placed = placement.map(p -> p.of(terms, sparse, Dimension.R));
    List<Simple> inPlacement = new ArrayList<>();
    placement
        .flatMap(p -> p.inRoom(terms, starts))
        .ifPresent(r -> {
          inPlacement.add(simple(inquiry, r, true));
          inPlacement.add(new Simple(zero(inquiry, r), r, true));
          inPlacement.add(new Simple(inquiry.word, r, true));
        });
    placed.ifPresent(p -> inPlacement.add(simple(inquiry, p, true)));
    List<Simple> alike =
        placement
            .flatMap(p ->
                alike(terms, starts).map(a -> simple(inquiry, p.of(terms, a, RELOCATION), true)))
            .stream()
            .toList();
    // A proof is simple of one storage, and often there.
    boolean early = isEarly(inquiry) && !Sparse.areSharing(starts);
    List<Simple> elsewhere = new ArrayList<>();
    placement.ifPresent(
        p -> elsewhere.add(simple(inquiry, p.of(terms, sparse, RELOCATION), early)));
    elsewhere.add(simple(inquiry, sparse, early && placement.isEmpty()));
    placed.ifPresent(p -> elsewhere.add(new Simple(inquiry.word, p, false)));
    elsewhere.add(new Simple(zero(inquiry, sparse), sparse, false));
    elsewhere.add(new Simple(inquiry.word, sparse, false));
    return placement.isPresent() && posed.readsOwnTables()
        ? joined(alike, late(inPlacement), late(elsewhere))
        : joined(inPlacement, alike, elsewhere);
  }

  /// Where no table in storage is for translation.
  private static List<Simple> untranslated(Inquiry inquiry, Posed posed) {
    Question question = posed.question();
    Optional<List<Start>> alike =
        question.windowsAgree() && posed.readsOwnTables()
            ? alike(inquiry.terms, posed.starts())
            : Optional.empty();
    List<Simple> all = new ArrayList<>();
    if (question.wantsWitness() && inquiry.word.hasSeveralEncodings()) {
      List<Start> starts = alike.orElse(posed.starts());
      all.add(new Simple(zero(inquiry, starts), starts, true));
    }
    alike.ifPresent(a -> all.add(new Simple(inquiry.word, a, false)));
    return List.copyOf(all);
  }

  private static List<Simple> late(List<Simple> some) {
    return some.stream().map(s -> new Simple(s.word, s.starts, s.made, false)).toList();
  }

  @SafeVarargs
  private static List<Simple> joined(List<Simple>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  private static Simple simple(Inquiry inquiry, List<Start> starts, boolean early) {
    return new Simple(different(inquiry, starts), starts, early);
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

  /// A pair as alike as it may be: with one storage if it is of such, else the second is the first
  /// but for one cell of each storage, where a program may not see it.
  private static Optional<List<Start>> alike(Terms terms, List<Start> starts) {
    if (starts.size() < 2) {
      return Optional.empty();
    }
    if (Sparse.areSharing(starts)) {
      return Optional.of(starts);
    }
    SymbolicState first = starts.getFirst().state();
    Map<Term, Term> another =
        Sparse.instead(
            first,
            (slot, storage) ->
                Sparse.storing(
                    terms,
                    storage,
                    slot.name() + " index of another",
                    slot.name() + " another cell"));
    Start other = new Start(first, starts.getLast().mark()).replacing(another);
    return Optional.of(List.of(starts.getFirst(), other));
  }

  /// The real state as the monitor makes it: of the machine's [Allotment] if it has one, then of
  /// any.
  private static List<Simple> filled(Inquiry inquiry, Posed posed) {
    Start real = posed.starts().getLast();
    Shadow.Filled filled = Shadow.of(inquiry.terms, inquiry.composition()).filled(real.state());
    List<Start> starts =
        List.of(posed.starts().getFirst(), new Start(filled.step().state(), real.mark()));
    List<Term> made = new ArrayList<>(filled.step().constraints());
    made.add(filled.step().ends());
    List<Term> allotted = new ArrayList<>(made);
    inquiry.allotment.ifPresent(
        a -> allotted.addAll(a.holds(inquiry.terms, inquiry.composition(), filled)));
    List<Simple> all = new ArrayList<>();
    all.add(new Simple(zero(inquiry, starts), starts, allotted, isEarly(inquiry)));
    if (inquiry.allotment.isPresent()) {
      all.add(new Simple(inquiry.word, starts, allotted, false));
    }
    all.add(new Simple(inquiry.word, starts, made, false));
    return all;
  }
}
