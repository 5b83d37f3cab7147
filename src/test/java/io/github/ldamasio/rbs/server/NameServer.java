package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.nested.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/** A name server that is of no help, for containers that are given its {@code resolv.conf}. */
public final class NameServer implements AutoCloseable {
  /** Answers with the question and NXDOMAIN (RFC 1035, section 4.1.1). */
  private static final String ANSWER =
      "socket.sendto(query[:2] + b'\\x81\\x83' + query[4:6] + b'\\0' * 6 + query[12:], client)";

  private static final String START =
      """
      import socket
      socket = socket.socket(type=socket.SOCK_DGRAM)
      socket.bind(("0.0.0.0", 53))
      print("it takes questions", flush=True)
      while True:
          query, client = socket.recvfrom(512)
          %s
      """;

  private final TemporaryDirectory directory = new TemporaryDirectory("resolv-");
  private final SparkContainer container;

  private NameServer(Network network, String answer) {
    container =
        new SparkContainer("python3", "-c", START.formatted(answer))
            .withNetwork(network)
            .waitingFor(Wait.forLogMessage(".*it takes questions.*", 1));
    container.start();
  }

  /** Starts a server that knows no name. */
  public static NameServer thatKnowsNothing(Network network) {
    return new NameServer(network, ANSWER);
  }

  /** Starts a server that does not answer, as behind a policy that drops its packets. */
  public static NameServer thatIsSilent(Network network) {
    return new NameServer(network, "pass");
  }

  /** A file that makes it the one name server of a container. */
  public Path resolvConf() {
    String address =
        container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
            .map(network -> network.getIpAddress())
            .findFirst()
            .orElseThrow();
    // Without options and search, so that one question is asked.
    Path file = directory.path().resolve("resolv.conf");
    try {
      return Files.writeString(file, "nameserver " + address + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    container.close();
    directory.close();
  }
}
