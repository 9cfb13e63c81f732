package trapline.report;

import static trapline.report.Wording.text;
import static trapline.report.Wording.texts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A record as a person reads it: the verdict, the instructions by class, the story of each
/// offender, the expectations, and what the answer rests on. 80 columns.
public final class TextView {
  private static final int WIDTH = 80;

  /// Stories told before the rest is only named.
  private static final int STORIES = 12;

  private final Ink ink;
  private final List<String> lines = new ArrayList<>();

  private TextView(Ink ink) {
    this.ink = ink;
  }

  public static String of(List<JsonObject> records, Ink ink) {
    TextView view = new TextView(ink);
    for (JsonObject json : records) {
      if (!view.lines.isEmpty()) {
        view.line("");
      }
      view.machine(json, new Wording(json));
    }
    return String.join("\n", view.lines) + "\n";
  }

  /// The story of one witness file.
  public static String ofWitness(JsonObject witness, Ink ink) {
    TextView view = new TextView(ink);
    view.story(witness);
    return String.join("\n", view.lines) + "\n";
  }

  private void machine(JsonObject json, Wording wording) {
    String settings = wording.settings();
    line(
        ink.bold(text(json, "machine"))
            + "   "
            + text(json, "file")
            + ":"
            + text(json, "line")
            + (settings.isEmpty() ? "" : "   " + settings));
    line("");
    wording
        .interrupted()
        .ifPresent(rows -> {
          line(
              "  "
                  + ink.unsure("INTERRUPTED: " + rows)
                  + ". What depends on the others is undecided.");
          line("");
        });
    wording.verdicts().forEach(this::verdict);
    wording.exactly().forEach(this::exactly);
    preconditions(wording);
    line("");
    classes(wording);
    stories(json, wording);
    broken(wording);
    expectations(wording);
    scope(json);
  }

  private void verdict(Wording.Verdict verdict) {
    String answer =
        switch (verdict.answer()) {
          case YES -> ink.good("yes");
          case NO -> ink.bad("no ");
          case OPEN -> ink.unsure("?  ");
        };
    String indent = " ".repeat(43);
    List<String> wrapped = Paragraphs.wrap(verdict.reason(), indent, indent, WIDTH);
    line(
        ("  " + pad(verdict.name(), 37) + answer + " " + wrapped.getFirst().substring(43))
            .stripTrailing());
    wrapped.subList(1, wrapped.size()).forEach(this::line);
    verdict.notes().forEach(this::note);
  }

  private void exactly(Wording.Exactly exactly) {
    if (!exactly.sentence().isEmpty()) {
      wrapped(exactly.sentence(), "  ", "    ");
    }
    exactly.notes().forEach(this::note);
  }

  private void preconditions(Wording wording) {
    String sentence = wording.thirdGeneration();
    if (!sentence.isEmpty()) {
      line("");
      wrapped(sentence, "  ", "    ");
      wording.thirdGenerationNotes().forEach(this::note);
    }
  }

  /// The story of each broken precondition that has one to tell.
  private void broken(Wording wording) {
    boolean first = true;
    for (Wording.Precondition precondition : wording.preconditions()) {
      if (precondition.answer() != Wording.Answer.NO || precondition.witness().isEmpty()) {
        continue;
      }
      if (first) {
        line("");
        line(ink.bold("Not third-generation"));
        first = false;
      }
      JsonObject witness = precondition.witness().get();
      line("");
      line(ink.bold(precondition.name()) + ", broken by " + text(witness, "row"));
      line("");
      story(witness);
    }
  }

  private void note(String text) {
    wrapped(text, "    ", "    ");
  }

  private void classes(Wording wording) {
    List<JsonObject> rows = wording.rows();
    Map<Wording.Label, List<String>> groups = new LinkedHashMap<>();
    for (JsonObject row : rows) {
      groups.computeIfAbsent(Wording.label(row), l -> new ArrayList<>()).add(text(row, "row"));
    }
    line(ink.bold("Instructions") + " (" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
    for (Wording.Mark mark : Wording.Mark.values()) {
      groups.forEach((label, names) -> {
        if (label.mark() == mark) {
          String count = String.format("%5d  ", names.size());
          List<String> wrapped = Paragraphs.wrap(label.words(), "", "", WIDTH - 10);
          line(
              switch (mark) {
                    case OFFENDS -> ink.bad("!");
                    case OPEN -> ink.unsure("?");
                    case FINE -> " ";
                  }
                  + count
                  + wrapped.getFirst());
          wrapped.subList(1, wrapped.size()).forEach(l -> line("        " + l));
          Paragraphs.wrap(
                  String.join(", ", wording.compress(names)), " ".repeat(10), " ".repeat(10), WIDTH)
              .forEach(l -> line(ink.dim(l)));
        }
      });
    }
  }

  private void stories(JsonObject json, Wording wording) {
    List<Wording.Offence> offences = wording.offences();
    if (offences.isEmpty()) {
      return;
    }
    line("");
    line(ink.bold("Why"));
    List<String> untold = new ArrayList<>();
    for (int i = 0; i < offences.size(); i++) {
      Wording.Offence offence = offences.get(i);
      JsonObject row = offence.row();
      String name = text(row, "row");
      if (i >= STORIES) {
        untold.add(name);
        untold.addAll(offence.likewise());
        continue;
      }
      line("");
      line(ink.bold(name) + "   " + text(row, "file") + ":" + text(row, "line"));
      wrapped(offence.consequences(), "  ", "  ");
      if (!offence.likewise().isEmpty()) {
        wrapped("likewise: " + String.join(", ", offence.likewise()), "  ", "    ");
      }
      wording.regions(name).forEach(region -> wrapped(region, "  ", "    "));
      wording.evidence(row).stream()
          .limit(1)
          .flatMap(property -> Wording.witness(row, property).stream())
          .forEach(witness -> {
            line("");
            story(witness);
          });
    }
    if (!untold.isEmpty()) {
      line("");
      wrapped("and " + untold.size() + " more: " + String.join(", ", untold) + ".", "  ", "  ");
      line("  To see one: trapline witness " + text(json, "file") + " '" + untold.getFirst() + "'");
    }
  }

  private void story(JsonObject witness) {
    JsonObject story = witness.getAsJsonObject("story");
    List<String> columns = texts(story, "columns");
    int first = 17;
    int each = 18;
    line("    " + pad("", first) + ink.dim(pad(columns.getFirst(), each) + columns.getLast()));
    line(
        "    "
            + pad("instruction", first)
            + pad(text(witness, "word"), each)
            + text(witness, "assembly"));
    if (witness.has("executes")) {
      line("    " + pad("which executes", first) + text(witness, "executes"));
    }
    table(story.getAsJsonArray("before"), first, each);
    if (columns.getFirst().equals("before")) {
      table(story.getAsJsonArray("after"), first, each);
    } else {
      line("    " + ink.dim("then"));
      table(story.getAsJsonArray("after"), first, each);
    }
    wrapped(text(story, "reason"), "    ", "    ");
  }

  private void table(JsonArray rows, int first, int each) {
    for (JsonElement element : rows) {
      JsonObject row = element.getAsJsonObject();
      List<String> values = texts(row, "values");
      String remark = row.has("remark") ? text(row, "remark") : "";
      StringBuilder text = new StringBuilder("    ").append(pad(text(row, "name"), first));
      text.append(pad(values.getFirst(), each)).append(pad(values.getLast(), each));
      String plain = text.toString();
      line(
          (remark.startsWith("<-") ? ink.bad(plain.stripTrailing()) + gap(plain) : plain) + remark);
    }
  }

  private static String gap(String padded) {
    return " ".repeat(padded.length() - padded.stripTrailing().length());
  }

  private void expectations(Wording wording) {
    List<JsonObject> all = wording.expectations();
    if (all.isEmpty()) {
      return;
    }
    line("");
    line(ink.bold("Expectations") + ": " + Wording.counts(all));
    for (JsonObject expectation : all) {
      for (JsonElement d : expectation.getAsJsonArray("dissents")) {
        JsonObject dissent = d.getAsJsonObject();
        line(
            "  "
                + (text(dissent, "verdict").equals("refuted")
                    ? ink.bad("refuted")
                    : ink.unsure("undecided"))
                + "  "
                + text(expectation, "file")
                + ":"
                + text(expectation, "line"));
        note(Wording.dissent(expectation, dissent));
        if (dissent.has("witness")) {
          line("");
          story(dissent.getAsJsonObject("witness"));
        }
      }
    }
    for (JsonObject expectation : all) {
      if (text(expectation, "verdict").equals("held") && expectation.has("cite")) {
        wrapped("as cited: " + Wording.claims(expectation), "  ", "    ");
      }
    }
  }

  private void scope(JsonObject json) {
    line("");
    for (String remark : texts(json, "remarks")) {
      wrapped(remark, "- ", "  ");
    }
    wrapped(
        "[ext] marks what goes past the paper, whose R is base and bound only; the rest is Popek"
            + " and Goldberg, CACM 17(7), 1974.",
        "- ",
        "  ");
    JsonObject statistics = json.getAsJsonObject("statistics");
    line(
        ink.dim(
            text(statistics, "rows")
                + " rows; "
                + text(statistics, "by_structure")
                + " questions answered by structure, "
                + text(statistics, "by_solver")
                + " by a solver; every witness replayed."
                + remembered(statistics)));
  }

  private static String remembered(JsonObject statistics) {
    int rows = statistics.get("rows_remembered").getAsInt();
    return rows == 0 ? "" : "\n" + rows + (rows == 1 ? " row" : " rows") + " from the cache.";
  }

  private void wrapped(String text, String first, String rest) {
    Paragraphs.wrap(text, first, rest, WIDTH).forEach(this::line);
  }

  private void line(String text) {
    lines.add(text.stripTrailing());
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }
}
