package trapline.report;

import static trapline.report.Html.element;
import static trapline.report.Html.text;

import java.util.ArrayList;
import java.util.List;

/// A report as one HTML file: no script, nothing from elsewhere, readable on a phone, in light and
/// dark, and on paper.
///
///     Page = title, summary, Section...           every report has this skeleton
///
/// The policy in its head has a browser refuse whatever else might get in.
final class Page {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  /// Colours after Okabe and Ito, which can be told apart by most people, in two lightnesses.
  private static final String CSS =
      """
      :root { color-scheme: light dark;
        --paper: #fff; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --panel: #f6f8fa;
        --good: #0a6b3d; --bad: #b42318; --unsure: #7a5200; --mark: #fff1c2;
        --direct: #7fb8dd; --emulated: #c46a00; --interpreted: #007a5a; --reflected: #a13d76;
        --interrupted: #3b3f46; }
      @media (prefers-color-scheme: dark) { :root {
        --paper: #0f1318; --ink: #e6e9ed; --dim: #9aa4b0; --line: #333b45; --panel: #171c23;
        --good: #57c98c; --bad: #ff8a7a; --unsure: #e3b341; --mark: #4a3b08;
        --direct: #2f6f9f; --emulated: #f0a030; --interpreted: #2fc193; --reflected: #e78fc0;
        --interrupted: #d5dae0; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
      main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
      h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
      h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
      h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
      p { margin: .5rem 0; max-width: 46rem; }
      .dim, figcaption, caption, footer { color: var(--dim); font-size: .875rem; }
      .verdict { font-weight: 600; font-size: 1.1rem; }
      .good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
      code, pre, .code { font-family: ui-monospace, monospace; font-size: .875rem; }
      pre { background: var(--panel); padding: .75rem; overflow-x: auto; margin: .5rem 0; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; margin: .5rem 0; }
      caption { text-align: left; padding-bottom: .25rem; }
      th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top;
        border-bottom: 1px solid var(--line); }
      th { font-weight: 600; white-space: nowrap; }
      td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
      tr.differs td, tr.differs th { background: var(--mark); font-weight: 600; }
      figure { margin: 1rem 0 1.5rem; }
      figcaption { margin-top: .25rem; }
      svg { display: block; width: 100%; background: var(--panel); border-radius: 4px; }
      svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
      svg text.dim { fill: var(--dim); }
      svg line { stroke: var(--line); }
      .direct { fill: var(--direct); } .emulated { fill: var(--emulated); }
      .interpreted { fill: var(--interpreted); } .reflected { fill: var(--reflected); }
      .interrupted { fill: var(--interrupted); }
      .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0;
        margin: .5rem 0; font-size: .875rem; }
      .legend svg { display: inline-block; width: .875rem; height: .875rem; margin-right: .375rem;
        vertical-align: -.1rem; background: none; }
      @media print { body { font-size: 11pt; } figure, table { break-inside: avoid; } }
      """;

  private final String title;
  private final List<Html> content = new ArrayList<>();

  Page(String title) {
    this.title = title;
    content.add(element("h1", title));
  }

  Page add(Html html) {
    content.add(html);
    return this;
  }

  /// A part with a heading, which its content is read under.
  Page section(String heading, List<? extends Html> parts) {
    List<Html> all = new ArrayList<>();
    all.add(element("h2", heading));
    all.addAll(parts);
    content.add(element("section", all));
    return this;
  }

  /// The file.
  String write() {
    return Html.document(
        element(
                "html",
                element(
                    "head",
                    element("meta").with("charset", "utf-8"),
                    element("meta")
                        .with("name", "viewport")
                        .with("content", "width=device-width, initial-scale=1"),
                    element("meta")
                        .with("http-equiv", "Content-Security-Policy")
                        .with("content", POLICY),
                    element("title", title),
                    new Html.Style(CSS)),
                element("body", element("main", content)))
            .with("lang", "en"));
  }

  /// A table: what heads its columns, and its rows; a column whose heading ends in `#` is of
  /// numbers.
  static Html table(List<String> headings, List<List<String>> rows) {
    List<Html> head = new ArrayList<>();
    for (String heading : headings) {
      boolean number = heading.endsWith("#");
      Html.Element cell =
          element("th", number ? heading.substring(0, heading.length() - 1) : heading)
              .with("scope", "col");
      head.add(number ? cell.ofClass("number") : cell);
    }
    List<Html> body = new ArrayList<>();
    for (List<String> row : rows) {
      List<Html> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        Html.Element cell = element(i == 0 ? "th" : "td", row.get(i));
        cells.add(
            i == 0
                ? cell.with("scope", "row")
                : headings.get(i).endsWith("#") ? cell.ofClass("number") : cell);
      }
      body.add(element("tr", cells));
    }
    return element(
            "div", element("table", element("thead", element("tr", head)), element("tbody", body)))
        .ofClass("wide")
        .with("tabindex", "0");
  }

  static Html.Element paragraph(String words) {
    return element("p", text(words));
  }
}
