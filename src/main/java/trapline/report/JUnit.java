package trapline.report;

import static trapline.report.Wording.text;

import com.google.gson.JsonObject;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A [Record] as JUnit XML, which build servers read: a test case for each `expect`, failed where
/// it is refuted, in error where it is undecided.
public final class JUnit {
  private JUnit() {}

  public static String of(JsonObject json) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      suite(json, new Wording(json), xml);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return out + "\n";
  }

  private static void suite(JsonObject json, Wording wording, XMLStreamWriter xml)
      throws XMLStreamException {
    List<JsonObject> all = wording.expectations();
    String settings = wording.settings();
    String machine = text(json, "machine");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    attribute(xml, "name", machine + (settings.isEmpty() ? "" : " (" + settings + ")"));
    attribute(xml, "tests", Integer.toString(all.size()));
    attribute(xml, "failures", Long.toString(count(all, "refuted")));
    attribute(xml, "errors", Long.toString(count(all, "undecided")));
    attribute(xml, "skipped", "0");
    // Readers want a time; a record has none.
    attribute(xml, "time", "0");
    for (JsonObject expectation : all) {
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testcase");
      attribute(xml, "classname", machine);
      attribute(xml, "name", Wording.claims(expectation) + " [" + Wording.place(expectation) + "]");
      attribute(xml, "time", "0");
      String verdict = text(expectation, "verdict");
      if (!verdict.equals("held")) {
        xml.writeCharacters("\n    ");
        xml.writeStartElement(verdict.equals("refuted") ? "failure" : "error");
        List<String> told = told(expectation);
        attribute(xml, "message", told.getFirst());
        attribute(xml, "type", verdict);
        xml.writeCharacters(harmless(String.join("\n", told)));
        xml.writeEndElement();
        xml.writeCharacters("\n  ");
      }
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
  }

  private static long count(List<JsonObject> expectations, String verdict) {
    return expectations.stream().filter(e -> text(e, "verdict").equals(verdict)).count();
  }

  /// Every dissent, with the story of its witness.
  private static List<String> told(JsonObject expectation) {
    List<String> told = new ArrayList<>();
    for (JsonObject dissent : Wording.dissents(expectation)) {
      told.add(Wording.dissent(expectation, dissent));
      if (dissent.get("witness") instanceof JsonObject witness) {
        told.add(TextView.ofWitness(witness, Ink.PLAIN));
      }
    }
    if (told.isEmpty()) {
      told.add(text(expectation, "verdict"));
    }
    return told;
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, harmless(value));
  }

  /// XML cannot hold every character, escaped or not.
  private static String harmless(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      boolean lone = Character.isSurrogate(c) || c >= 0xfffe;
      out.append(Html.isHarmless(c) && !lone ? c : '\ufffd');
    }
    return out.toString();
  }
}
