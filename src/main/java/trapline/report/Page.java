package trapline.report;

import static trapline.report.Html.element;
import static trapline.report.Html.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A report as one HTML file: nothing from elsewhere, readable on a phone, in light and dark, and on
/// paper.
///
///     Page = title, summary, Section..., Script?          every report has this skeleton
///
/// The policy in its head has a browser refuse whatever else might get in; a script is known by its
/// hash. A page says the same without it.
final class Page {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  /// Colours after Okabe and Ito, which can be told apart by most people, in two lightnesses.
  static final String CSS =
      """
      :root { color-scheme: light dark;
        --paper: #fff; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --panel: #f6f8fa;
        --good: #0a6b3d; --bad: #b42318; --unsure: #7a5200; --mark: #fff1c2; --link: #0b57a4;
        --direct: #7fb8dd; --emulated: #c46a00; --interpreted: #007a5a; --reflected: #a13d76;
        --interrupted: #3b3f46; }
      @media (prefers-color-scheme: dark) { :root {
        --paper: #0f1318; --ink: #e6e9ed; --dim: #9aa4b0; --line: #333b45; --panel: #171c23;
        --good: #57c98c; --bad: #ff8a7a; --unsure: #e3b341; --mark: #4a3b08; --link: #7fb8f0;
        --direct: #2f6f9f; --emulated: #f0a030; --interpreted: #2fc193; --reflected: #e78fc0;
        --interrupted: #d5dae0; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
      main, nav { max-width: 62rem; margin: 0 auto; padding: 1rem; }
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
      .contents { display: flex; flex-wrap: wrap; gap: 0 1rem; list-style: none; padding: 0;
        margin: .75rem 0; font-size: .875rem; }
      .contents a { display: inline-block; padding: .25rem 0; }
      a { color: var(--link); }
      :target { scroll-margin-top: 1rem; }
      .verdicts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr));
        gap: .75rem; list-style: none; padding: 0; margin: 1rem 0; }
      .verdicts li { border: 1px solid var(--line); border-left: .375rem solid var(--unsure);
        border-radius: 4px; padding: .5rem .75rem; background: var(--panel); }
      .verdicts li.yes { border-left-color: var(--good); }
      .verdicts li.no { border-left-color: var(--bad); }
      .answer { font-weight: 600; font-size: 1.25rem; }
      .sets { max-width: 27rem; background: none; }
      .sets text { font-size: 12px; }
      .sets .head { font-weight: 600; }
      .sets .privileged { fill: var(--direct); fill-opacity: .22; stroke: var(--direct); }
      .sets .sensitive { fill: var(--emulated); fill-opacity: .18; stroke: var(--emulated); }
      .sets .outside { fill: var(--bad); fill-opacity: .16; stroke: var(--bad); stroke-width: 2;
        stroke-dasharray: 5 3; }
      .sets .all { fill: none; stroke: var(--line); }
      .filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end;
        margin: .5rem 0; }
      .filter label { display: grid; font-size: .875rem; color: var(--dim); }
      .filter input, .filter select { font: inherit; color: var(--ink); background: var(--paper);
        border: 1px solid var(--dim); border-radius: 4px; padding: .25rem .5rem; }
      h3 code { font-size: 1.05rem; }
      .cards th { white-space: normal; }
      .cards td:last-child { overflow-wrap: anywhere; min-width: 7rem; }
      .file { font-weight: 400; }
      .bits { display: flex; min-width: max-content; }
      .bits span { flex: 1 0 auto; border: 1px solid var(--line); border-left-width: 0;
        padding: 0 .25rem; text-align: center; white-space: nowrap; }
      .bits span:first-child { border-left-width: 1px; }
      .bits small { display: block; color: var(--dim); font: .6875rem/1.2 system-ui, sans-serif; }
      .bits .constant { background: var(--panel); }
      .offends { color: var(--bad); font-weight: 600; }
      [hidden] { display: none !important; }
      .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0;
        margin: .5rem 0; font-size: .875rem; }
      .legend svg { display: inline-block; width: .875rem; height: .875rem; margin-right: .375rem;
        vertical-align: -.1rem; background: none; }
      @media (max-width: 40rem) {
        th, td { padding-right: .375rem; font-size: .875rem; }
        .code { font-size: .75rem; }
        table.cards, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
        .cards thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px;
          overflow: hidden; }
        .cards tr { border-bottom: 1px solid var(--line); padding: .375rem 0; }
        .cards th, .cards td { border: 0; padding: .125rem 0; }
        .cards td { overflow-wrap: anywhere; }
        .bits { flex-wrap: wrap; min-width: 0; padding-left: 1px; }
        .bits span { border-left-width: 1px; margin-left: -1px; }
        .cards td:empty { display: none; }
        .cards td[data-of]::before { content: attr(data-of) ": "; color: var(--dim); }
      }
      @media print { body { font-size: 10pt; } main { max-width: none; padding: 0; }
        figure, tr, .verdicts li { break-inside: avoid; } h2, h3 { break-after: avoid; }
        .filter, nav { display: none; } a { color: inherit; text-decoration: none; }
        .wide { overflow: visible; } }
      """;

  private final String title;
  private final List<Html> content = new ArrayList<>();
  private final List<Html> contents = new ArrayList<>();
  private Optional<Html.Script> script = Optional.empty();
  private String styles = CSS;

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

  /// A part that the contents lead to, once it has a place for them.
  Page section(String id, String heading, List<? extends Html> parts) {
    section(heading, parts);
    Html.Element section = (Html.Element) content.removeLast();
    content.add(section.with("id", id));
    contents.add(element("li", element("a", heading).with("href", "#" + id)));
    return this;
  }

  Page script(Html.Script code) {
    script = Optional.of(code);
    return this;
  }

  /// What only this page looks like.
  Page styles(String more) {
    styles = CSS + more;
    return this;
  }

  /// The file.
  String write() {
    List<Html> body = new ArrayList<>();
    if (!contents.isEmpty()) {
      Html list = element("ul", contents).ofClass("contents");
      body.add(element("nav", list).with("aria-label", "Contents"));
    }
    body.add(element("main", content));
    script.ifPresent(body::add);
    String policy = POLICY + script.map(code -> "; script-src '" + code.hash() + "'").orElse("");
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
                        .with("content", policy),
                    element("title", title),
                    new Html.Style(styles)),
                element("body", body))
            .with("lang", "en"));
  }

  /// A table: what heads its columns, and its rows; a column whose heading ends in `#` is of
  /// numbers.
  static Html table(List<String> headings, List<List<String>> rows) {
    return tableOf(
        headings, rows.stream().map(row -> row.stream().map(Html::text).toList()).toList());
  }

  /// The same of cells that hold more than text.
  static Html.Element tableOf(List<String> headings, List<List<Html>> rows) {
    List<Html> head = new ArrayList<>();
    for (String heading : headings) {
      boolean number = heading.endsWith("#");
      Html.Element cell =
          element("th", number ? heading.substring(0, heading.length() - 1) : heading)
              .with("scope", "col");
      head.add(number ? cell.ofClass("number") : cell);
    }
    List<Html> body = new ArrayList<>();
    for (List<Html> row : rows) {
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

  /// A table whose rows stand as cards, each value after its heading, where there is no room for
  /// columns.
  static Html.Element cards(List<String> headings, List<List<Html>> rows) {
    List<Html> head = new ArrayList<>();
    headings.forEach(heading -> head.add(element("th", heading).with("scope", "col")));
    List<Html> body = new ArrayList<>();
    for (List<Html> row : rows) {
      List<Html> cells = new ArrayList<>();
      cells.add(element("th", row.getFirst()).with("scope", "row"));
      for (int i = 1; i < row.size(); i++) {
        boolean isEmpty = row.get(i).equals(Html.text(""));
        Html.Element cell = element("td", row.get(i));
        cells.add(isEmpty ? cell : cell.with("data-of", headings.get(i)));
      }
      body.add(element("tr", cells));
    }
    Html table =
        element("table", element("thead", element("tr", head)), element("tbody", body))
            .ofClass("cards");
    return element("div", table).ofClass("wide").with("tabindex", "0");
  }

  /// Lines as they are, which may be wider than the page.
  static Html.Element pre(List<String> lines) {
    return element("pre", String.join("\n", lines)).with("tabindex", "0");
  }

  static Html.Element paragraph(String words) {
    return element("p", text(words));
  }
}
