package trapline.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A piece of HTML, or of SVG inside it.
///
///     Html = Element(name, attributes, children) | Text | Style | Script
///
/// Text and the values of attributes are escaped when they are written, and there is no way to put
/// markup in as a string: what a description says stays text, wherever it comes to stand. Names are ours
/// and are checked.
public sealed interface Html {
  record Element(String name, Map<String, String> attributes, List<Html> children) implements Html {
    public Element {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("no name of an element: " + name);
      }
      attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
      children = List.copyOf(children);
    }

    /// With one more attribute.
    Element with(String attribute, String value) {
      if (!NAME.matcher(attribute).matches() || attribute.startsWith("on")) {
        throw new IllegalArgumentException("no name of an attribute: " + attribute);
      }
      Map<String, String> more = new LinkedHashMap<>(attributes);
      more.put(attribute, value);
      return new Element(name, more, children);
    }

    Element ofClass(String names) {
      return with("class", names);
    }

    Element containing(List<? extends Html> more) {
      List<Html> all = new ArrayList<>(children);
      all.addAll(more);
      return new Element(name, attributes, all);
    }
  }

  record Text(String text) implements Html {}

  /// A style sheet of ours.
  record Style(String css) implements Html {
    public Style {
      if (css.contains("</")) {
        throw new IllegalArgumentException("a style sheet that ends itself");
      }
    }
  }

  /// A script of ours: a constant, whatever is described.
  record Script(String code) implements Html {
    public Script {
      if (code.contains("</")) {
        throw new IllegalArgumentException("a script that ends itself");
      }
    }

    /// What a policy knows it by.
    public String hash() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bytes = digest.digest(code.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(bytes);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");

  /// Elements without content.
  Set<String> VOID = Set.of("meta", "br", "hr", "col", "input");

  /// Elements that begin a line of the file.
  Set<String> BLOCKS =
      Set.of(
          "head",
          "body",
          "meta",
          "title",
          "style",
          "main",
          "header",
          "nav",
          "form",
          "label",
          "input",
          "select",
          "option",
          "output",
          "ol",
          "footer",
          "section",
          "h1",
          "h2",
          "h3",
          "h4",
          "p",
          "table",
          "caption",
          "thead",
          "tbody",
          "tr",
          "ul",
          "li",
          "dl",
          "dt",
          "dd",
          "figure",
          "figcaption",
          "details",
          "summary",
          "pre",
          "div",
          "svg",
          "g",
          "rect",
          "text",
          "line",
          "path",
          "desc");

  static Element element(String name, Html... children) {
    return new Element(name, Map.of(), Arrays.asList(children));
  }

  static Element element(String name, String text) {
    return element(name, new Text(text));
  }

  static Element element(String name, List<? extends Html> children) {
    return new Element(name, Map.of(), List.copyOf(children));
  }

  static Html text(String text) {
    return new Text(text);
  }

  /// A whole document.
  static String document(Element root) {
    StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
    write(root, out);
    return out.append('\n').toString();
  }

  /// Elements for a document that is there already.
  static String fragment(List<Html> elements) {
    StringBuilder out = new StringBuilder();
    elements.forEach(element -> write(element, out));
    return out.toString();
  }

  /// A picture as a file of its own.
  static String picture(Element svg) {
    StringBuilder out = new StringBuilder();
    write(svg.with("xmlns", "http://www.w3.org/2000/svg"), out);
    return out.append('\n').toString().stripLeading();
  }

  private static void write(Html html, StringBuilder out) {
    switch (html) {
      case Text(var text) -> escape(text, out);
      case Script(var code) -> out.append("\n<script>").append(code).append("</script>");
      case Style(var css) -> out.append("\n<style>\n").append(css).append("</style>");
      case Element(var name, var attributes, var children) -> {
        if (BLOCKS.contains(name)) {
          out.append('\n');
        }
        out.append('<').append(name);
        attributes.forEach((attribute, value) -> {
          out.append(' ').append(attribute).append("=\"");
          escape(value, out);
          out.append('"');
        });
        out.append('>');
        children.forEach(child -> write(child, out));
        if (!VOID.contains(name)) {
          out.append("</").append(name).append('>');
        }
      }
    }
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(isHarmless(c) ? c : '\ufffd');
      }
    }
  }

  /// Neither a control character nor one that turns the direction of writing.
  static boolean isHarmless(char c) {
    return (c >= ' ' || c == '\n' || c == '\t')
        && !(c >= 0x7f && c < 0xa0)
        && !(c >= 0x202a && c <= 0x202e)
        && !(c >= 0x2066 && c <= 0x2069);
  }
}
