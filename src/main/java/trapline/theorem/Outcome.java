package trapline.theorem;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.classify.Witness;
import trapline.isa.Expectation;
import trapline.isa.Instruction;
import trapline.isa.Theorem;

/// What became of an `expect` line: `HOLDS` when all its claims do, and where it stands refuted or
/// undecided.
public record Outcome(Expectation expectation, Verdict verdict, List<Dissent> dissents) {

  /// A claim that was not confirmed: of which subject, what was claimed, what is the case, and the
  /// evidence.
  public record Dissent(
      String subject, String claim, Verdict verdict, String found, Optional<Witness> evidence) {}

  /// Judges a line by the classes and conclusions found under its assumptions.
  public static Outcome judge(
      Expectation expectation,
      Map<Instruction.Row, Classes> classes,
      Map<Theorem, Conclusion> conclusions) {
    List<Dissent> dissents = new ArrayList<>();
    for (Expectation.Subject subject : expectation.subjects()) {
      for (Expectation.Claim claim : expectation.claims()) {
        switch (subject) {
          case Expectation.Subject.OfMachine() -> ofMachine(claim, conclusions, dissents);
          case Expectation.Subject.OfRows(var text, var instruction, var rows) ->
              rows.forEach(row -> ofRow(row, claim, classes, dissents));
        }
      }
    }
    Verdict verdict =
        dissents.stream().anyMatch(d -> d.verdict == Verdict.FAILS)
            ? Verdict.FAILS
            : dissents.isEmpty() ? Verdict.HOLDS : Verdict.UNDECIDED;
    return new Outcome(expectation, verdict, List.copyOf(dissents));
  }

  /// Of a line whose assumptions no state satisfies: nothing is shown by them.
  public static Outcome ofNothing(Expectation expectation, String why) {
    List<Dissent> dissents = new ArrayList<>();
    for (Expectation.Subject subject : expectation.subjects()) {
      String name =
          switch (subject) {
            case Expectation.Subject.OfMachine() -> "machine";
            case Expectation.Subject.OfRows(var text, _, _) -> text;
          };
      dissents.add(
          new Dissent(name, "some state", Verdict.UNDECIDED, "vacuous: " + why, Optional.empty()));
    }
    return new Outcome(expectation, Verdict.UNDECIDED, List.copyOf(dissents));
  }

  private static void ofMachine(
      Expectation.Claim claim, Map<Theorem, Conclusion> conclusions, List<Dissent> dissents) {
    if (claim instanceof Expectation.Claim.OfMachine(var theorem, var negated)) {
      Conclusion.Reading reading = Conclusion.of(conclusions, theorem).reading();
      Verdict verdict = negated ? negate(reading.verdict()) : reading.verdict();
      if (verdict != Verdict.HOLDS) {
        String because =
            reading.because().isEmpty()
                ? ""
                : " because of " + String.join(", ", reading.because());
        dissents.add(
            new Dissent(
                "machine",
                (negated ? "!" : "") + theorem.word(),
                verdict,
                theorem.word() + " " + reading.verdict().word() + because,
                Optional.empty()));
      }
    }
  }

  private static void ofRow(
      Instruction.Row row,
      Expectation.Claim claim,
      Map<Instruction.Row, Classes> classes,
      List<Dissent> dissents) {
    Classes found = classes.get(row);
    if (found != null
        && claim instanceof Expectation.Claim.OfRow(var property, var by, var negated)) {
      Finding finding = found.finding(property);
      if (by.isPresent()) {
        finding = found.userWays(property, by.get());
      }
      Verdict verdict = verdict(negated ? finding.negate() : finding);
      if (verdict != Verdict.HOLDS) {
        String claimed =
            (negated ? "!" : "") + property.word() + by.map(b -> "(" + b.word() + ")").orElse("");
        String why = finding instanceof Finding.Undecided(var reason) ? ": " + reason : "";
        dissents.add(
            new Dissent(
                row.name(),
                claimed,
                verdict,
                property.word() + " " + finding.verdict() + why,
                finding.evidence()));
      }
    }
  }

  private static Verdict verdict(Finding finding) {
    return switch (finding) {
      case Finding.Holds holds -> Verdict.HOLDS;
      case Finding.Fails fails -> Verdict.FAILS;
      case Finding.Undecided undecided -> Verdict.UNDECIDED;
    };
  }

  private static Verdict negate(Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> Verdict.FAILS;
      case FAILS -> Verdict.HOLDS;
      case UNDECIDED -> Verdict.UNDECIDED;
    };
  }
}
