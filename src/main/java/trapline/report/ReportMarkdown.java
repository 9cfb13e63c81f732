package trapline.report;

import static trapline.report.Wording.text;
import static trapline.report.Wording.texts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A [Record] as Markdown: what [ReportPage] says, its stories in the characters of [TextView].
public final class ReportMarkdown {
  private final JsonObject json;
  private final String picture;
  private final Wording wording;
  private final Markdown out;

  private ReportMarkdown(JsonObject json, String picture) {
    this.json = json;
    this.picture = picture;
    this.wording = new Wording(json);
    this.out = new Markdown(wording.title());
  }

  /// `picture` is the name of the file that stands beside it, with what [#picture] gives.
  public static String of(JsonObject record, String picture) {
    ReportMarkdown markdown = new ReportMarkdown(record, picture);
    markdown.tell();
    return markdown.out.write();
  }

  /// The two sets as SVG.
  public static String picture(JsonObject record) {
    return SetsPicture.file(new Wording(record));
  }

  private void tell() {
    out.paragraph(wording.subtitle());
    wording.summary().ifPresent(out::paragraph);
    wording.interrupted().ifPresent(rows -> out.paragraph("Interrupted: " + rows + "."));
    verdicts();
    sets();
    offences();
    instructions();
    preconditions();
    expectations();
    rests();
    out.heading("To do it again");
    out.code(List.of(String.join(" ", texts(json, "command"))));
    out.paragraph("With trapline " + text(json, "trapline") + ", from these files:");
    out.table(List.of("File", "SHA-256"), wording.sources());
  }

  private void verdicts() {
    out.heading("Verdicts");
    out.table(
        List.of("Monitor", "Theorem", "Can be built", "Why"),
        wording.verdicts().stream()
            .map(v ->
                List.of(
                    Words.of(v.theorem()),
                    Integer.toString(Words.number(v.theorem())),
                    v.answer().word(),
                    String.join(
                        "; ",
                        java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(v.reason()), v.notes().stream())
                            .filter(s -> !s.isEmpty())
                            .toList())))
            .toList());
    wording.remarks().forEach(out::paragraph);
  }

  private void sets() {
    out.heading("The two sets");
    out.line("![The two sets of Theorem 1](" + picture + ")");
    out.line("");
    SetsPicture.parts(wording)
        .forEach((part, rows) -> {
          if (!rows.isEmpty() || part == SetsPicture.Part.ONLY_SENSITIVE) {
            out.item(
                Words.capital(part.words) + " (" + rows.size() + ")",
                rows.isEmpty() ? "none" : String.join(", ", wording.compress(rows)));
          }
        });
    out.paragraph(SetsPicture.CAPTION);
  }

  private void offences() {
    List<Wording.Offence> offences = wording.offencesAndGaps();
    if (offences.isEmpty()) {
      return;
    }
    out.heading("Why");
    for (Wording.Offence offence : offences) {
      JsonObject row = offence.row();
      String name = text(row, "row");
      out.heading(3, name);
      out.paragraph(Wording.place(row));
      out.paragraph(Words.capital(offence.consequences()) + ".");
      if (!offence.likewise().isEmpty()) {
        out.paragraph("Likewise: " + String.join(", ", offence.likewise()) + ".");
      }
      wording.regions(name).forEach(r -> out.paragraph(Words.capital(r) + "."));
      wording.evidence(row).stream()
          .limit(1)
          .flatMap(property -> Wording.witness(row, property).stream())
          .forEach(this::story);
      Wording.monitorRun(row)
          .ifPresent(run -> {
            out.paragraph(wording.ofRun(row, run));
            if (run.get("difference") instanceof JsonObject difference) {
              RunMarkdown.difference(difference, out);
            }
          });
    }
  }

  private void story(JsonObject witness) {
    out.code(List.of(TextView.ofWitness(witness, Ink.PLAIN).stripIndent()));
  }

  private void instructions() {
    out.heading("Instructions");
    List<List<String>> rows = new ArrayList<>();
    for (JsonObject row : wording.rows()) {
      List<String> classes = new ArrayList<>(List.of(Wording.label(row).words()));
      classes.addAll(wording.regions(text(row, "row")));
      rows.add(
          List.of(
              text(row, "row"),
              String.join("; ", classes),
              row.getAsJsonArray("encodings").asList().stream()
                  .map(e -> bits(e.getAsJsonObject()))
                  .collect(Collectors.joining(" or ")),
              wording.source(row)));
    }
    out.table(List.of("Instruction", "Classes", "Encoding", "Source"), rows);
  }

  private static String bits(JsonObject encoding) {
    return encoding.getAsJsonArray("parts").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(part ->
            Wording.part(part) + (part.has("constant") ? "" : ":" + part.get("bits").getAsString()))
        .collect(Collectors.joining(" "));
  }

  private void preconditions() {
    out.heading("Is it a third-generation machine?");
    out.table(Wording.ASSUMPTION, wording.assumptions());
    for (Wording.Precondition precondition : wording.preconditions()) {
      precondition
          .refutation()
          .ifPresent(witness -> {
            out.heading(
                3, Words.capital(precondition.name()) + ", broken by " + text(witness, "row"));
            story(witness);
          });
    }
  }

  private void expectations() {
    List<JsonObject> all = wording.expectations();
    if (all.isEmpty()) {
      return;
    }
    out.heading("Expectations");
    out.paragraph(Wording.counts(all) + ".");
    out.table(
        List.of("Expected", "Is", "Where"),
        all.stream()
            .map(e -> List.of(Wording.claims(e), text(e, "verdict"), Wording.place(e)))
            .toList());
    for (JsonObject expectation : all) {
      for (JsonObject dissent : Wording.dissents(expectation)) {
        out.paragraph(Wording.dissent(expectation, dissent) + ".");
        if (dissent.get("witness") instanceof JsonObject witness) {
          story(witness);
        }
      }
    }
  }

  private void rests() {
    out.heading("What it rests on");
    texts(json, "remarks").forEach(out::item);
    if (!wording.description().isEmpty()) {
      out.heading(3, "What is described, and what is left out");
      out.code(wording.description());
    }
    out.heading(3, "The paper and what goes past it");
    out.paragraph(Wording.PAPER);
    out.table(Wording.TERM, wording.terms());
    if (!wording.citations().isEmpty()) {
      out.heading(3, "Sources cited");
      wording.citations().forEach(out::item);
    }
  }
}
