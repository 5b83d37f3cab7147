package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What could be wrong with the image's configuration, and with how its parts fit together, one
 * thing at a time.
 */
record OtherMutations(Mutator mutator) {

  Stream<Mutation> all() {
    return Stream.concat(Stream.of(foreignWheel(), foreignClass()), configuration());
  }

  private Mutation foreignWheel() {
    WheelPin six = WheelPin.of("six");
    ImagePath path =
        new ImagePath(Pom.read().property("image.site-packages"))
            .resolve("six-%s.dist-info/WHEEL".formatted(six.version()));
    Claim claim = new Claim(path, "wheel " + six, Sha256.of(mutator.bytes(path)));
    byte[] notes = "Tag: cp27-cp27m-win32\n".getBytes(StandardCharsets.US_ASCII);
    return mutator.layer(
        "a wheel for another Python",
        path,
        copy -> copy.remove(path).add(path, notes),
        new Finding.OtherBytes(claim, Sha256.of(notes)),
        new Finding.UnfitWheel(
            path,
            Pom.read().property("base.python"),
            List.of(new WheelTag("cp27", "cp27m", "win32"))));
  }

  private Mutation foreignClass() {
    String type = "org/apache/spark/SparkContext.class";
    ImagePath jar = new ImagePath("/opt/spark/jars/extra.jar");
    ImagePath owner =
        mutator.image().base().stream()
            .flatMap(layer -> layer.entries().stream())
            .filter(
                entry ->
                    entry.content() instanceof Content.Jar content
                        && content.classes().containsKey(type))
            .map(Entry::path)
            .findFirst()
            .orElseThrow();
    return mutator.layer(
        "a JAR with one of Spark's classes, for Java 17",
        LayerMutations.PIP_CONF,
        copy -> copy.add(jar, jarWith(type, 61)),
        new Finding.Unclaimed(jar),
        new Finding.NewerClasses(jar, 55, 61, type),
        new Finding.SharedClasses(jar, owner, 1, type));
  }

  private Stream<Mutation> configuration() {
    Configuration found = mutator.image().configuration();
    List<Sha256> layers = found.diffIds();
    Sha256 other = Sha256.of(new byte[0]);
    List<Sha256> otherLayers = new ArrayList<>(layers);
    otherLayers.set(layers.size() - 1, other);
    String version = "org.opencontainers.image.version";
    return Stream.of(
        text(
            "another user",
            "User",
            "0",
            new Finding.OtherConfiguration("user", ConfigurationCheck.USERS, "0")),
        text(
            "another working directory",
            "WorkingDir",
            "/",
            new Finding.OtherConfiguration("working directory", found.workingDirectory(), "/")),
        mutator.configuration(
            "another entrypoint",
            json -> ((ArrayNode) json.at("/config/Entrypoint")).removeAll().add("/bin/sh"),
            new Finding.OtherConfiguration("entrypoint", found.entrypoint(), List.of("/bin/sh"))),
        mutator.configuration(
            "a command",
            json -> ((ObjectNode) json.path("config")).putArray("Cmd").add("bash"),
            new Finding.OtherConfiguration("command", found.command(), List.of("bash"))),
        mutator.configuration(
            "a variable twice the size",
            json -> replaceVariable(json, "SPARK_DRIVER_MEMORY", "SPARK_DRIVER_MEMORY=4g"),
            new Finding.OtherConfiguration("environment SPARK_DRIVER_MEMORY", "2g", "4g")),
        mutator.configuration(
            "another label",
            json -> ((ObjectNode) json.at("/config/Labels")).put(version, "latest"),
            new Finding.OtherConfiguration(
                "label " + version, found.labels().get(version), "latest")),
        mutator.configuration(
            "the digest of another layer",
            json ->
                ((ArrayNode) json.at("/rootfs/diff_ids")).set(layers.size() - 1, "sha256:" + other),
            new Finding.OtherConfiguration("layers", otherLayers, layers)));
  }

  private Mutation text(String name, String key, String value, Finding finding) {
    return mutator.configuration(
        name, json -> ((ObjectNode) json.path("config")).put(key, value), finding);
  }

  private static void replaceVariable(ObjectNode json, String name, String replacement) {
    ArrayNode variables = (ArrayNode) json.at("/config/Env");
    for (int i = 0; i < variables.size(); i++) {
      if (variables.path(i).asText().startsWith(name + "=")) {
        variables.set(i, replacement);
      }
    }
  }

  private static byte[] jarWith(String type, int majorVersion) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      jar.putNextEntry(new ZipEntry(type));
      jar.write(ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(majorVersion).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
