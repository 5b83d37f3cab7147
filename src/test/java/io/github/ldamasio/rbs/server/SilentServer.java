package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A host at which packets are dropped, as behind a NetworkPolicy: its port has a queue for one
 * connection, which is taken, so that the kernel answers no further SYN (listen(2), tcp(7)).
 */
public final class SilentServer implements AutoCloseable {
  private static final String START =
      """
      import socket, time
      server = socket.create_server(("0.0.0.0", %d), backlog=0)
      clients = []
      for _ in range(3):
          client = socket.socket()
          client.setblocking(False)
          client.connect_ex(("127.0.0.1", %d))
          clients.append(client)
      print("the queue is full", flush=True)
      time.sleep(3600)
      """;

  private final String address;
  private final SparkContainer container;

  /** Starts a host of this name in this network that drops what comes to this port. */
  public SilentServer(Network network, String name, int port) {
    address = name + ":" + port;
    container =
        new SparkContainer("python3", "-c", START.formatted(port, port))
            .withNetwork(network)
            .withNetworkAliases(name)
            .waitingFor(Wait.forLogMessage(".*the queue is full.*", 1));
    container.start();
  }

  /** Host and port. */
  public String address() {
    return address;
  }

  @Override
  public void close() {
    container.close();
  }
}
