package io.github.ldamasio.rbs.build.phase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The image's defaults, in the order of the files that have them. */
final class Defaults {
  private static final String PROPERTY = "-D";

  private final Map<String, String> hadoop = new LinkedHashMap<>();
  private final Map<String, String> properties = new LinkedHashMap<>();

  Map<String, String> hadoop() {
    return Collections.unmodifiableMap(hadoop);
  }

  Map<String, String> properties() {
    return Collections.unmodifiableMap(properties);
  }

  /** Adds what the files of a directory say, if there are any. */
  void read(Path directory) throws IOException {
    for (String resource : List.of("rbs-default.xml", "rbs-phase-default.xml")) {
      if (Files.exists(directory.resolve(resource))) {
        readHadoop(directory.resolve(resource));
      }
    }
    Path options = directory.resolve("java.options");
    if (Files.exists(options)) {
      for (String line : Files.readAllLines(options)) {
        if (line.startsWith(PROPERTY)) {
          String[] words = line.substring(PROPERTY.length()).split("=", 2);
          properties.put(words[0], words[1]);
        }
      }
    }
  }

  private void readHadoop(Path file) throws IOException {
    try {
      NodeList settings =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getElementsByTagName("property");
      for (int i = 0; i < settings.getLength(); i++) {
        Element setting = (Element) settings.item(i);
        hadoop.put(text(setting, "name"), text(setting, "value"));
      }
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
  }

  private static String text(Element setting, String name) {
    return setting.getElementsByTagName(name).item(0).getTextContent();
  }
}
