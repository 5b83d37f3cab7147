package io.github.ldamasio.rbs.server;

import static java.util.stream.Collectors.joining;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A name server that knows what it is told and nothing else, for containers that are given its
 * {@code resolv.conf}.
 */
public final class NameServer implements AutoCloseable {
  private static final String SILENT = "-";

  /** Answers with the question, and an address or NXDOMAIN (RFC 1035, section 4.1). */
  private static final String START =
      """
      import os, socket

      known = dict(pair.split("=") for pair in os.environ["KNOWN"].split() if pair != "-")

      def answer(query):
          end, labels = 12, []
          while query[end]:
              labels.append(query[end + 1 : end + 1 + query[end]].decode())
              end += 1 + query[end]
          address = known.get(".".join(labels).lower())
          question = query[12 : end + 5]
          header = lambda code, answers: query[:2] + bytes([0x81, 0x80 + code, 0, 1, 0, answers, 0, 0, 0, 0])
          if address is None:
              return header(3, 0) + question
          if question[-4:-2] != b"\\0\\1":
              return header(0, 0) + question
          return header(0, 1) + question + b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4" + socket.inet_aton(address)

      server = socket.socket(type=socket.SOCK_DGRAM)
      server.bind(("0.0.0.0", 53))
      print("it takes questions", flush=True)
      while True:
          query, client = server.recvfrom(512)
          if os.environ["KNOWN"] != "-":
              server.sendto(answer(query), client)
      """;

  private final TemporaryDirectory directory = new TemporaryDirectory("resolv-");
  private final SparkContainer container;

  private NameServer(Network network, String known) {
    container =
        new SparkContainer("python3", "-c", START)
            .withNetwork(network)
            .withEnv("KNOWN", known)
            .waitingFor(Wait.forLogMessage(".*it takes questions.*", 1));
    container.start();
  }

  /** Starts a server that knows the addresses of these names. */
  public static NameServer thatKnows(Network network, Map<String, String> addresses) {
    return new NameServer(
        network,
        addresses.entrySet().stream()
            .map(name -> name.getKey() + "=" + name.getValue())
            .collect(joining(" ")));
  }

  /** Starts a server that knows no name. */
  public static NameServer thatKnowsNothing(Network network) {
    return thatKnows(network, Map.of());
  }

  /** Starts a server that does not answer, as behind a policy that drops its packets. */
  public static NameServer thatIsSilent(Network network) {
    return new NameServer(network, SILENT);
  }

  /** Its address in the network. */
  public String address() {
    return container.address();
  }

  /** A file that makes it the one name server of a container. */
  public Path resolvConf() {
    // Without options and search, so that one question is asked.
    Path file = directory.path().resolve("resolv.conf");
    try {
      return Files.writeString(file, "nameserver " + address() + "\n");
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
