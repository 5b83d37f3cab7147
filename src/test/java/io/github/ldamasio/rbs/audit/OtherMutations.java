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
  private static final ImagePath EXTRA = Base.JARS.resolve("extra.jar");
  private static final WheelPin SIX = WheelPin.of("six");
  private static final String WHEEL = "wheel " + SIX;
  private static final ImagePath NOTES =
      new ImagePath(Pom.read().property("image.site-packages"))
          .resolve("six-%s.dist-info/WHEEL".formatted(SIX.version()));

  Stream<Mutation> all() {
    return Stream.concat(
        Stream.of(foreignWheel(), movedJar(), dividedWheel(), sparksClass(), sharedClass()),
        configuration());
  }

  private Mutation foreignWheel() {
    Claim claim = new Claim(NOTES, WHEEL, WHEEL, Sha256.of(mutator.bytes(NOTES)));
    byte[] notes = "Tag: cp27-cp27m-win32\n".getBytes(StandardCharsets.US_ASCII);
    return mutator.layer(
        "a wheel for another Python",
        NOTES,
        copy -> copy.remove(NOTES).add(NOTES, notes),
        new Discrepancy.OtherBytes(claim, Sha256.of(notes)),
        new Discrepancy.UnfitWheel(
            NOTES,
            Pom.read().property("base.python"),
            List.of(new WheelTag("cp27", "cp27m", "win32"))));
  }

  private Mutation movedJar() {
    return mutator.moved(
        "a JAR in the layer of a wheel",
        LayerMutations.JAR,
        NOTES,
        new Discrepancy.SharedLayer(List.of(LayerMutations.JARS_OF_POSTGRESQL, WHEEL)));
  }

  private Mutation dividedWheel() {
    return mutator.moved(
        "a wheel in two layers",
        NOTES,
        LayerMutations.JAR,
        new Discrepancy.SharedLayer(List.of(LayerMutations.JARS_OF_POSTGRESQL, WHEEL)),
        new Discrepancy.SeveralLayers(WHEEL, 2));
  }

  private Mutation sparksClass() {
    String type = "org/apache/spark/SparkContext.class";
    return mutator.layer(
        "a JAR with one of Spark's classes, for Java 17",
        LayerMutations.PIP_CONF,
        copy -> copy.add(EXTRA, jarWith(type, 61)),
        new Discrepancy.Unclaimed(EXTRA),
        new Discrepancy.NewerClasses(EXTRA, 55, 61, type),
        new Discrepancy.SharedClasses(
            EXTRA, mutator.image().base().sparksClasses().get(type), 1, type));
  }

  private Mutation sharedClass() {
    String type = "org/postgresql/Driver.class";
    return mutator.layer(
        "two added JARs with the same class",
        LayerMutations.PIP_CONF,
        copy -> copy.add(EXTRA, jarWith(type, 52)),
        new Discrepancy.Unclaimed(EXTRA),
        new Discrepancy.SharedClasses(LayerMutations.JAR, EXTRA, 1, type));
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
            new Discrepancy.OtherConfiguration("user", ConfigurationCheck.USERS, "0")),
        text(
            "another working directory",
            "WorkingDir",
            "/",
            new Discrepancy.OtherConfiguration("working directory", found.workingDirectory(), "/")),
        mutator.configuration(
            "another entrypoint",
            json -> ((ArrayNode) json.at("/config/Entrypoint")).removeAll().add("/bin/sh"),
            new Discrepancy.OtherConfiguration(
                "entrypoint", found.entrypoint(), List.of("/bin/sh"))),
        mutator.configuration(
            "a command",
            json -> ((ObjectNode) json.path("config")).putArray("Cmd").add("bash"),
            new Discrepancy.OtherConfiguration("command", found.command(), List.of("bash"))),
        mutator.configuration(
            "a variable twice the size",
            json -> replaceVariable(json, "SPARK_DRIVER_MEMORY", "SPARK_DRIVER_MEMORY=4g"),
            new Discrepancy.OtherConfiguration("environment SPARK_DRIVER_MEMORY", "2g", "4g")),
        mutator.configuration(
            "another label",
            json -> ((ObjectNode) json.at("/config/Labels")).put(version, "latest"),
            new Discrepancy.OtherConfiguration(
                "label " + version, found.labels().get(version), "latest")),
        mutator.configuration(
            "the digest of another layer",
            json ->
                ((ArrayNode) json.at("/rootfs/diff_ids")).set(layers.size() - 1, "sha256:" + other),
            new Discrepancy.OtherConfiguration("layers", otherLayers, layers)));
  }

  private Mutation text(String name, String key, String value, Discrepancy discrepancy) {
    return mutator.configuration(
        name, json -> ((ObjectNode) json.path("config")).put(key, value), discrepancy);
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
