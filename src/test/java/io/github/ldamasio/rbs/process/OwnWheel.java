package io.github.ldamasio.rbs.process;

import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel of a test's own, in the format of PyPI's: one module, named like its distribution. */
public record OwnWheel(Path file, String name, String version) {

  /** Writes a wheel for any Python. */
  public static OwnWheel write(Path directory, String name, String version) throws IOException {
    return write(directory, name, version, "py3-none-any", "");
  }

  /**
   * Writes a wheel.
   *
   * @param tag the Python, the ABI and the platform that its file's name tells
   * @param metadata more lines of its METADATA
   */
  public static OwnWheel write(
      Path directory, String name, String version, String tag, String metadata) throws IOException {
    String info = name + "-" + version + ".dist-info/";
    Map<String, String> files = new TreeMap<>();
    files.put(name + ".py", "version = '" + version + "'\n");
    files.put(
        info + "METADATA",
        "Metadata-Version: 2.1\nName: %s\nVersion: %s\n%s".formatted(name, version, metadata));
    files.put(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: " + tag + "\n");
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      lines.append(
          "%s,sha256=%s,%d\n".formatted(file.getKey(), base64(file.getValue()), bytes.length));
    }
    files.put(info + "RECORD", lines + info + "RECORD,,\n");
    Path wheel =
        Files.createDirectories(directory).resolve("%s-%s-%s.whl".formatted(name, version, tag));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return new OwnWheel(wheel, name, version);
  }

  /** Its line in a lock. */
  public String pin() throws IOException {
    return name + "==" + version + " --hash=sha256:" + Sha256.of(file) + "\n";
  }

  private static String base64(String content) {
    byte[] digest = HexFormat.of().parseHex(Sha256.of(content));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }
}
