package io.github.ldamasio.rbs.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The JDK's keytool, in the JVM that starts fastest. */
public final class Keytool {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Keytool() {}

  /** Adds a key and its certificate to a key store; {@code more} are options of -genkeypair. */
  public static void generate(
      Path store, String password, String alias, String algorithm, String name, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-keystore",
                store.toString(),
                "-storepass",
                password));
    command.addAll(List.of(more));
    Command.run(store.getParent(), LIMIT, command).succeeded();
  }
}
