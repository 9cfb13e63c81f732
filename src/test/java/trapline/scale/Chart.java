package trapline.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Panels side by side as SVG that needs nothing else. The layout depends on the data's sizes only.
final class Chart {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 220;
  private static final int LEFT = 56;
  private static final int RIGHT = 16;
  private static final int TOP = 28;
  private static final int BOTTOM = 44;

  private final List<String> lines = new ArrayList<>();
  private int panels;

  /// Points `(x, y)`. On logarithmic axes with the line of slope one through the last point, or
  /// with y from zero over equal steps of x.
  Chart panel(String xs, List<double[]> points, String ys, boolean logarithmic) {
    int from = panels++ * WIDTH;
    double most = points.stream().mapToDouble(p -> p[1]).max().orElse(1);
    double least = points.stream().mapToDouble(p -> p[1]).min().orElse(1);
    double low = logarithmic ? Math.floor(Math.log10(least)) : 0;
    double high = logarithmic ? Math.ceil(Math.log10(most)) : 4 * Math.ceil(most * 1.2 / 4);
    double first = Math.log10(points.getFirst()[0]);
    double last = Math.log10(points.getLast()[0]);
    StringBuilder curve = new StringBuilder();
    StringBuilder guide = new StringBuilder();
    text(from + WIDTH / 2.0, 16, "middle", ys);
    int steps = logarithmic ? (int) (high - low) : 4;
    for (int i = 0; i <= steps; i++) {
      double value = low + (high - low) * i / steps;
      double y = y(value, low, high);
      lines.add(
          shape(
              "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#ddd'/>",
              from + LEFT, y, from + WIDTH - RIGHT, y));
      text(from + LEFT - 6, y + 4, "end", number(logarithmic ? Math.pow(10, value) : value));
    }
    double anchor = points.getLast()[1] / points.getLast()[0];
    for (int i = 0; i < points.size(); i++) {
      double[] p = points.get(i);
      double share =
          logarithmic
              ? (Math.log10(p[0]) - first) / (last - first)
              : (double) i / (points.size() - 1);
      double x = from + LEFT + share * (WIDTH - LEFT - RIGHT);
      double y = y(logarithmic ? Math.log10(p[1]) : p[1], low, high);
      curve.append(shape("%.1f,%.1f ", x, y));
      guide.append(shape("%.1f,%.1f ", x, y(Math.max(low, Math.log10(anchor * p[0])), low, high)));
      lines.add(shape("<circle cx='%.1f' cy='%.1f' r='3' fill='#06c'/>", x, y));
      if (!logarithmic || i % 2 == 0) {
        text(x, HEIGHT - BOTTOM + 16, "middle", number(p[0]));
      }
    }
    if (logarithmic) {
      lines.add(
          "<polyline points='"
              + guide.toString().strip()
              + "' fill='none' stroke='#999' stroke-dasharray='4 3'/>");
    }
    lines.add(
        "<polyline points='"
            + curve.toString().strip()
            + "' fill='none' stroke='#06c' stroke-width='1.5'/>");
    text(from + (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", xs);
    return this;
  }

  String svg() {
    return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 "
        + panels * WIDTH
        + " "
        + HEIGHT
        + "' width='"
        + panels * WIDTH
        + "' height='"
        + HEIGHT
        + "' font-family='sans-serif' font-size='11'>\n<rect width='100%' height='100%' fill='white'/>\n"
        + String.join("\n", lines)
        + "\n</svg>\n";
  }

  private static double y(double value, double low, double high) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  private void text(double x, double y, String anchor, String text) {
    lines.add(
        shape("<text x='%.1f' y='%.1f' text-anchor='", x, y) + anchor + "'>" + text + "</text>");
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String shape(String format, double... values) {
    Object[] boxed = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return String.format(Locale.ROOT, format, boxed);
  }
}
