package trapline.report;

import static trapline.report.Html.element;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import trapline.vmm.Chronicle;

/// The pictures of a run: which guest runs, directly or in a monitor, over time.
///
///     one picture for each view of the record
///     in it, for each lane   above   the share of steps that ran directly
///                            below   the share that a monitor took, by kind, drawn to a larger scale where
///                                    it is small; the scale is said
///     below all              the axis: steps of all guests
///
/// Across, everything is in percent, so that a picture fits any width and its letters keep their
/// size.
final class RunPicture {
  private static final int LABEL = 18;
  private static final int TRACK = 18;
  private static final int GAP = 10;
  private static final int AXIS = 24;
  private static final List<Chronicle.Kind> MONITOR =
      List.of(
          Chronicle.Kind.EMULATED,
          Chronicle.Kind.INTERPRETED,
          Chronicle.Kind.REFLECTED,
          Chronicle.Kind.INTERRUPTED);

  private RunPicture() {}

  /// All pictures of a record, and the legend.
  static List<Html> of(JsonObject json) {
    List<Html> html = new ArrayList<>();
    html.add(legend());
    JsonArray views = json.getAsJsonObject("picture").getAsJsonArray("views");
    for (int i = 0; i < views.size(); i++) {
      html.add(figure(views.get(i).getAsJsonObject(), i, views.size()));
    }
    return html;
  }

  static String phrase(Chronicle.Kind kind) {
    return switch (kind) {
      case DIRECT -> "runs directly on the processor";
      case EMULATED -> "traps, and the monitor emulates";
      case INTERPRETED -> "is interpreted";
      case REFLECTED -> "traps, and the monitor reflects the trap";
      case INTERRUPTED -> "gets an interrupt of its own";
    };
  }

  /// What a view shows, in words.
  static String title(JsonObject view, int number, int of) {
    long from = view.get("from").getAsLong();
    long to = view.get("to").getAsLong();
    String what =
        of == 1
            ? "The whole run, step by step"
            : switch (number) {
              case 0 -> "The whole run";
              case 1 -> "How it begins, step by step";
              default -> "How it ends, step by step";
            };
    return what + ": " + grouped(to - from) + " steps of all guests, from " + grouped(from);
  }

  private static Html legend() {
    List<Html> items = new ArrayList<>();
    for (Chronicle.Kind kind : Chronicle.Kind.values()) {
      items.add(
          element(
              "li",
              element(
                      "svg",
                      element("rect")
                          .ofClass(RunRecord.word(kind))
                          .with("width", "100%")
                          .with("height", "100%"))
                  .with("aria-hidden", "true"),
              Html.text(phrase(kind))));
    }
    return element("ul", items).ofClass("legend");
  }

  private static Html figure(JsonObject view, int number, int of) {
    long from = view.get("from").getAsLong();
    long to = Math.max(from + 1, view.get("to").getAsLong());
    long bucket = view.get("bucket").getAsLong();
    JsonArray lanes = view.getAsJsonArray("lanes");
    double scale = scale(lanes);
    List<Html> parts = new ArrayList<>();
    String title = title(view, number, of);
    String id = "run-" + number;
    parts.add(element("title", title).with("id", id + "-title"));
    parts.add(element("desc", description(lanes, to - from)).with("id", id + "-desc"));
    int y = 4;
    for (JsonElement element : lanes) {
      lane(element.getAsJsonObject(), from, to, y, scale, parts);
      y += LABEL + 2 * TRACK + GAP;
    }
    axis(from, to, y, parts);
    Html svg =
        element("svg", parts)
            .with("height", Integer.toString(y + AXIS))
            .with("role", "img")
            .with("aria-labelledby", id + "-title " + id + "-desc");
    String caption =
        title
            + (bucket > 1 ? ", in pieces of " + grouped(bucket) : "")
            + ". Above, direct; below, in the monitor"
            + (scale < 1
                ? ", where full height is "
                    + String.format(Locale.ROOT, "%.0f", 100 * scale)
                    + " % of the steps."
                : ".");
    return element("figure", svg, element("figcaption", caption));
  }

  /// The largest share of a piece that a monitor took, rounded up; what full height means.
  private static double scale(JsonArray lanes) {
    double most = 0;
    for (JsonElement lane : lanes) {
      for (JsonElement span : lane.getAsJsonObject().getAsJsonArray("spans")) {
        most = Math.max(most, share(span.getAsJsonArray(), MONITOR));
      }
    }
    for (double scale : new double[] {0.05, 0.1, 0.2, 0.5}) {
      if (most <= scale) {
        return scale;
      }
    }
    return 1;
  }

  private static double share(JsonArray span, List<Chronicle.Kind> kinds) {
    long steps = span.get(1).getAsLong() - span.get(0).getAsLong();
    long all = 0;
    long some = 0;
    for (Chronicle.Kind kind : Chronicle.Kind.values()) {
      long count = span.get(2 + kind.ordinal()).getAsLong();
      all += count;
      some += kinds.contains(kind) ? count : 0;
    }
    return (double) some / Math.max(all, steps);
  }

  private static void lane(
      JsonObject lane, long from, long to, int y, double scale, List<Html> parts) {
    parts.add(
        element("text", lane.get("name").getAsString())
            .with("x", "4")
            .with("y", Integer.toString(y + LABEL - 5)));
    int top = y + LABEL;
    List<Html> bars = new ArrayList<>();
    for (JsonElement element : lane.getAsJsonArray("spans")) {
      JsonArray span = element.getAsJsonArray();
      double direct = share(span, List.of(Chronicle.Kind.DIRECT));
      bar(span, from, to, Chronicle.Kind.DIRECT, top + TRACK, direct * TRACK, bars);
      double below = top + 2 * TRACK;
      for (Chronicle.Kind kind : MONITOR) {
        double height = share(span, List.of(kind)) / scale * TRACK;
        bar(span, from, to, kind, below, height, bars);
        below -= height;
      }
    }
    bars.add(
        element("line")
            .with("x1", "0")
            .with("x2", "100%")
            .with("y1", Integer.toString(top + TRACK))
            .with("y2", Integer.toString(top + TRACK)));
    parts.add(element("g", bars));
  }

  private static void bar(
      JsonArray span,
      long from,
      long to,
      Chronicle.Kind kind,
      double bottom,
      double height,
      List<Html> bars) {
    if (height > 0) {
      double x = 100.0 * (span.get(0).getAsLong() - from) / (to - from);
      double width = 100.0 * (span.get(1).getAsLong() - span.get(0).getAsLong()) / (to - from);
      bars.add(
          element("rect")
              .ofClass(RunRecord.word(kind))
              .with("x", number(x) + "%")
              .with("width", number(width) + "%")
              .with("y", number(bottom - height))
              .with("height", number(height)));
    }
  }

  private static void axis(long from, long to, int y, List<Html> parts) {
    long step = nice((to - from) / 3.0);
    for (long t = (from + step - 1) / step * step; t <= to; t += step) {
      double x = 100.0 * (t - from) / (to - from);
      parts.add(
          element("line")
              .with("x1", number(x) + "%")
              .with("x2", number(x) + "%")
              .with("y1", Integer.toString(y - 4))
              .with("y2", Integer.toString(y + 4)));
      parts.add(
          element("text", grouped(t))
              .ofClass("dim")
              .with("x", number(x) + "%")
              .with("y", Integer.toString(y + 17))
              .with("text-anchor", x < 6 ? "start" : x > 94 ? "end" : "middle"));
    }
  }

  /// 1, 2 or 5 times a power of ten, not less than `wanted`.
  private static long nice(double wanted) {
    long power = 1;
    while (true) {
      for (long factor : new long[] {1, 2, 5}) {
        if (factor * power >= wanted) {
          return factor * power;
        }
      }
      power *= 10;
    }
  }

  private static String description(JsonArray lanes, long steps) {
    List<String> sentences = new ArrayList<>();
    for (JsonElement element : lanes) {
      JsonObject lane = element.getAsJsonObject();
      List<String> kinds = new ArrayList<>();
      sums(lane)
          .forEach((kind, count) -> {
            if (count > 0) {
              kinds.add(RunRecord.word(kind) + " " + grouped(count));
            }
          });
      sentences.add(
          lane.get("name").getAsString()
              + ": "
              + (kinds.isEmpty() ? "does not run" : String.join(", ", kinds)));
    }
    return "Of " + grouped(steps) + " steps. " + String.join(". ", sentences) + ".";
  }

  private static Map<Chronicle.Kind, Long> sums(JsonObject lane) {
    Map<Chronicle.Kind, Long> sums = new LinkedHashMap<>();
    for (Chronicle.Kind kind : Chronicle.Kind.values()) {
      long sum = 0;
      for (JsonElement span : lane.getAsJsonArray("spans")) {
        sum += span.getAsJsonArray().get(2 + kind.ordinal()).getAsLong();
      }
      sums.put(kind, sum);
    }
    return sums;
  }

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  /// The lane as a line of characters: `-` ran directly, a letter for what the monitor did most of
  /// besides (capital where it took at least half), blank where another ran.
  static String line(JsonObject lane, JsonObject view, int columns) {
    long from = view.get("from").getAsLong();
    long to = Math.max(from + 1, view.get("to").getAsLong());
    int used = (int) Math.min(columns, to - from);
    double[][] counts = new double[used][Chronicle.Kind.values().length];
    for (JsonElement element : lane.getAsJsonArray("spans")) {
      JsonArray span = element.getAsJsonArray();
      long begin = span.get(0).getAsLong() - from;
      long end = span.get(1).getAsLong() - from;
      int first = (int) (begin * used / (to - from));
      int last = (int) Math.max(first, (end * used - 1) / (to - from));
      for (int column = first; column <= Math.min(last, used - 1); column++) {
        double left = Math.max(begin, (double) column * (to - from) / used);
        double right = Math.min(end, (double) (column + 1) * (to - from) / used);
        for (Chronicle.Kind kind : Chronicle.Kind.values()) {
          counts[column][kind.ordinal()] +=
              span.get(2 + kind.ordinal()).getAsLong() * Math.max(0, right - left) / (end - begin);
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (double[] column : counts) {
      text.append(mark(column));
    }
    return text.toString();
  }

  private static char mark(double[] column) {
    double all = 0;
    Chronicle.Kind most = Chronicle.Kind.DIRECT;
    for (Chronicle.Kind kind : Chronicle.Kind.values()) {
      double count = column[kind.ordinal()];
      all += count;
      if (count > 0 && (most == Chronicle.Kind.DIRECT || count > column[most.ordinal()])) {
        most = kind;
      }
    }
    if (all == 0) {
      return ' ';
    }
    char letter =
        switch (most) {
          case DIRECT -> '-';
          case EMULATED -> 'e';
          case INTERPRETED -> 'i';
          case REFLECTED -> 'r';
          case INTERRUPTED -> 't';
        };
    return column[most.ordinal()] >= all / 2 ? Character.toUpperCase(letter) : letter;
  }
}
