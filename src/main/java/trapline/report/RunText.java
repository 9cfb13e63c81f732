package trapline.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A [RunRecord] as a person reads it on a terminal.
public final class RunText {
  private static final int WIDTH = 80;

  private final JsonObject json;
  private final Ink ink;
  private final StringBuilder out = new StringBuilder();

  private RunText(JsonObject json, Ink ink) {
    this.json = json;
    this.ink = ink;
  }

  public static String of(JsonObject record, Ink ink) {
    RunText text = new RunText(record, ink);
    for (JsonElement guest : record.getAsJsonArray("guests")) {
      text.guest(guest.getAsJsonObject());
    }
    text.sentences();
    return text.out.toString();
  }

  private void guest(JsonObject guest) {
    var levels = guest.getAsJsonArray("levels");
    JsonObject own = levels.get(0).getAsJsonObject();
    line(
        ink.bold(text(guest, "name"))
            + "   "
            + cells(own)
            + (levels.size() > 1 ? " of " + text(levels.get(1).getAsJsonObject(), "name") : ""));
    if (!text(guest, "printed").isEmpty()) {
      line("  printed   " + text(guest, "printed"));
    }
    work("  " + guest.get("steps").getAsLong() + " steps: ", guest.getAsJsonObject("work"));
    switch (text(guest, "outcome")) {
      case "same" -> line("  " + ink.good("the same as on the bare machine so far"));
      case "ended" ->
          line(
              "  "
                  + ink.good("the same as on the bare machine, to its end: " + text(guest, "end")));
      case "limited" ->
          line("  " + ink.unsure("reaches for more than it was given: " + text(guest, "limit")));
      default -> {
        line("  " + ink.bad("NOT the same as on the bare machine"));
        difference(guest.getAsJsonObject("difference"));
      }
    }
  }

  private void difference(JsonObject difference) {
    line(
        "  "
            + when(difference)
            + ", "
            + text(difference, "instruction")
            + " ("
            + text(difference, "word")
            + "), the virtual machine "
            + text(difference, "guest")
            + " differs: "
            + String.join(", ", RunRecord.texts(difference.get("places"))));
    line("    " + row("", "bare", "virtual"));
    for (JsonElement element : difference.getAsJsonArray("rows")) {
      JsonObject row = element.getAsJsonObject();
      String text = row(text(row, "place"), text(row, "bare"), text(row, "virtual"));
      line("    " + (row.get("differs").getAsBoolean() ? ink.bad(text + "   <- differs") : text));
    }
    line("    the monitor's last actions:");
    RunRecord.texts(difference.get("acts")).forEach(act -> line("      " + act));
  }

  private static String row(String name, String one, String two) {
    return String.format("%-16s %-18s %-18s", name, one, two).stripTrailing();
  }

  private void work(String head, JsonObject work) {
    line(
        head
            + percent(work.get("direct_share").getAsDouble())
            + " of instructions direct, "
            + count(work, "emulated")
            + " emulated, "
            + count(work, "interpreted")
            + " interpreted;");
    line(
        "  "
            + count(work, "reflected")
            + " traps reflected, "
            + count(work, "interrupts")
            + " interrupts, "
            + String.format(Locale.ROOT, "%.1f", work.get("traps_per_thousand").getAsDouble())
            + " traps per thousand steps, "
            + count(work, "slices")
            + " slices");
  }

  private void sentences() {
    for (Sentence property : properties(json)) {
      sentence(property);
    }
    measured(json).ifPresent(this::sentence);
  }

  private void sentence(Sentence sentence) {
    Paragraphs.wrap(sentence.of() + ": " + sentence.says(), "", "  ", WIDTH).forEach(this::line);
  }

  /// What is said of something.
  record Sentence(String of, String says) {}

  /// When the two machines were first seen to differ, in the middle of a sentence.
  static String when(JsonObject difference) {
    long since = difference.get("since").getAsLong();
    long step = difference.get("step").getAsLong();
    return step - since == 1
        ? "after step " + RunPicture.grouped(step)
        : "between steps " + RunPicture.grouped(since) + " and " + RunPicture.grouped(step);
  }

  /// The three properties.
  static List<Sentence> properties(JsonObject json) {
    JsonObject properties = json.getAsJsonObject("properties");
    JsonObject equivalence = properties.getAsJsonObject("equivalence");
    String steps = count(equivalence, "steps") + " steps compared, " + text(json, "compared") + ".";
    Sentence equivalent =
        new Sentence(
            "Equivalence",
            switch (text(equivalence, "verdict")) {
              case "holds" -> "no difference in " + steps;
              case "limited" -> "as far as the storage goes; " + steps;
              default -> "there is a difference; " + steps;
            });
    JsonObject control = properties.getAsJsonObject("resource_control");
    Sentence controlled =
        new Sentence(
            "Resource control",
            count(control, "accesses")
                + " accesses to storage on the processor, "
                + count(control, "strays")
                + " outside what the guest was given"
                + (control.getAsJsonArray("breaches").isEmpty()
                    ? "; nothing of the host changed without a trap."
                    : "; a guest "
                        + String.join(", ", RunRecord.texts(control.get("breaches")))
                        + "."));
    JsonObject efficiency = properties.getAsJsonObject("efficiency");
    Sentence efficient =
        new Sentence(
            "Efficiency",
            percent(efficiency.get("direct_share").getAsDouble())
                + " of instructions direct, "
                + String.format(
                    Locale.ROOT, "%.1f", efficiency.get("traps_per_thousand").getAsDouble())
                + " traps per thousand steps"
                + (efficiency.has("executions_per_entry")
                    ? "; a trap or interrupt takes "
                        + efficiency.get("executions_per_entry").getAsString()
                        + " executions of an instruction by monitors and "
                        + efficiency.get("switches_per_entry").getAsString()
                        + " loads of a guest's state."
                    : "."));
    return List.of(equivalent, controlled, efficient);
  }

  /// What a trap costs, which is another each time.
  static Optional<Sentence> measured(JsonObject json) {
    return json.get("measured") instanceof JsonObject measured
        ? Optional.of(new Sentence("Measured", costs(measured)))
        : Optional.empty();
  }

  private static String costs(JsonObject measured) {
    List<String> parts = new ArrayList<>();
    costs(measured.getAsJsonObject("total"), parts);
    var guests = measured.getAsJsonArray("guests");
    if (guests.size() > 1) {
      for (JsonElement element : guests) {
        List<String> own = new ArrayList<>();
        costs(element.getAsJsonObject(), own);
        parts.add(text(element.getAsJsonObject(), "name") + ": " + String.join(", ", own));
      }
    }
    if (measured.has("stretches_over_lockstep")) {
      parts.add(
          "in stretches "
              + measured.get("stretches_over_lockstep").getAsString()
              + " times as fast as in lockstep");
    }
    return String.join("; ", parts) + ".";
  }

  private static void costs(JsonObject costs, List<String> parts) {
    if (costs.has("cost_of_a_trap")) {
      JsonObject cost = costs.getAsJsonObject("cost_of_a_trap");
      parts.add(
          "a trap costs "
              + cost.get("median").getAsString()
              + " direct instructions (half of "
              + cost.get("parts").getAsString()
              + " parts of the run: "
              + cost.get("low").getAsString()
              + " to "
              + cost.get("high").getAsString()
              + ")");
    } else {
      parts.add("too few traps to say what one costs");
    }
    if (costs.has("cost_of_interpreting")) {
      parts.add(
          "an interpreted instruction "
              + costs.get("cost_of_interpreting").getAsString()
              + " direct ones");
    }
    parts.add(costs.get("slowdown").getAsString() + " times as long as bare");
  }

  static String cells(JsonObject level) {
    long base = level.get("base").getAsLong();
    return "cells " + base + " to " + (base + level.get("cells").getAsLong() - 1);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  static String count(JsonObject json, String key) {
    return Long.toString(json.get(key).getAsLong());
  }

  static String text(JsonObject json, String key) {
    return json.get(key).getAsString();
  }

  private void line(String line) {
    out.append(line).append('\n');
  }
}
