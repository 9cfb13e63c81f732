package trapline.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    text.properties();
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
    long since = difference.get("since").getAsLong();
    long step = difference.get("step").getAsLong();
    line(
        "  "
            + (step - since == 1 ? "after step " + step : "between steps " + since + " and " + step)
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

  private void properties() {
    for (String sentence : sentences(json)) {
      Paragraphs.wrap(sentence, "", "  ", WIDTH).forEach(this::line);
    }
  }

  /// The three properties, and what a trap costs: a sentence each.
  static List<String> sentences(JsonObject json) {
    JsonObject properties = json.getAsJsonObject("properties");
    List<String> sentences = new ArrayList<>();
    JsonObject equivalence = properties.getAsJsonObject("equivalence");
    String steps = count(equivalence, "steps") + " steps compared, " + text(json, "compared") + ".";
    sentences.add(
        "Equivalence: "
            + switch (text(equivalence, "verdict")) {
              case "holds" -> "no difference in " + steps;
              case "limited" -> "as far as the storage goes; " + steps;
              default -> "there is a difference; " + steps;
            });
    JsonObject control = properties.getAsJsonObject("resource_control");
    sentences.add(
        "Resource control: "
            + count(control, "accesses")
            + " accesses to storage on the processor, "
            + count(control, "strays")
            + " outside what the guest was given"
            + (control.getAsJsonArray("breaches").isEmpty()
                ? "; nothing of the host changed without a trap."
                : "; a guest "
                    + String.join(", ", RunRecord.texts(control.get("breaches")))
                    + "."));
    JsonObject efficiency = properties.getAsJsonObject("efficiency");
    sentences.add(
        "Efficiency: "
            + percent(efficiency.get("direct_share").getAsDouble())
            + " of instructions direct, "
            + String.format(Locale.ROOT, "%.1f", efficiency.get("traps_per_thousand").getAsDouble())
            + " traps per thousand steps"
            + (efficiency.has("executions_per_entry")
                ? "; a trap or interrupt takes "
                    + efficiency.get("executions_per_entry").getAsString()
                    + " executions of an instruction by monitors and "
                    + efficiency.get("switches_per_entry").getAsString()
                    + " loads of a guest's state."
                : "."));
    if (json.has("measured")) {
      sentences.add("Measured: " + measured(json.getAsJsonObject("measured")));
    }
    return sentences;
  }

  private static String measured(JsonObject measured) {
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
