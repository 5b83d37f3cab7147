package io.github.ldamasio.rbs.build.sbom;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;

/** The installed packages by dpkg's database (https://manpages.debian.org/dpkg-query). */
final class DpkgStatus {
  private static final Pattern FIELD = Pattern.compile("(?m)^([A-Za-z-]+): *(.*)$");
  private static final Pattern SOURCE = Pattern.compile("(\\S+)(?: \\((\\S+)\\))?");

  private DpkgStatus() {}

  /** The packages, by the distribution's os-release. */
  static List<Component> read(byte[] status, Properties system) {
    if (status == null) {
      throw new IllegalStateException(
          "base: expected dpkg's database, found none; assemble the base again");
    }
    String id = system.getProperty("ID", "debian").replace("\"", "");
    String version = system.getProperty("VERSION_ID", "").replace("\"", "");
    List<Component> packages = new ArrayList<>();
    for (String paragraph : new String(status, StandardCharsets.UTF_8).split("\n\n+")) {
      Map<String, String> fields = new HashMap<>();
      Matcher field = FIELD.matcher(paragraph);
      while (field.find()) {
        fields.put(field.group(1), field.group(2));
      }
      if (fields.getOrDefault("Status", "").endsWith(" installed")) {
        packages.add(component(fields, id, id + "-" + version));
      }
    }
    return packages;
  }

  private static Component component(Map<String, String> fields, String vendor, String distro) {
    Map<String, String> qualifiers = new HashMap<>();
    qualifiers.put("arch", fields.get("Architecture"));
    qualifiers.put("distro", distro);
    Matcher source = SOURCE.matcher(fields.getOrDefault("Source", ""));
    if (source.matches()) {
      qualifiers.put(
          "upstream",
          source.group(2) == null ? source.group(1) : source.group(1) + "@" + source.group(2));
    }
    String purl =
        Components.purl("deb", vendor, fields.get("Package"), fields.get("Version"), qualifiers);
    Component component =
        Components.named(purl, Type.LIBRARY, fields.get("Package"), fields.get("Version"));
    component.setPurl(purl);
    return component;
  }
}
