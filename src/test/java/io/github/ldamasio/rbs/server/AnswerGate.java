package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A proxy before the S3 server of the network. It hands requests on as they are, except those for
 * which it has an answer of another store, byte for byte as that one gave it: Ceph RGW 16.2.15, and
 * versitygw 1.8.0 for {@code NotImplemented}.
 */
public final class AnswerGate implements AutoCloseable {
  private static final String START =
      """
      import os, re, socket, socketserver

      class Gate(socketserver.StreamRequestHandler):
          def handle(self):
              head = b"".join(iter(self.rfile.readline, b"\\r\\n"))
              if re.search(rb"(?im)^Expect: 100-continue", head):
                  self.wfile.write(b"HTTP/1.1 100 Continue\\r\\n\\r\\n")
              length = re.search(rb"(?im)^Content-Length: (\\d+)", head)
              body = self.rfile.read(int(length[1])) if length else b""
              if re.search(os.environ["ANSWERED"].encode(), head):
                  self.wfile.write(open("/answer", "rb").read())
                  return
              head = re.sub(rb"(?im)^(Connection|Expect):.*\\n", b"", head)
              with socket.create_connection(("s3", 9000)) as store:
                  store.sendall(head + b"Connection: close\\r\\n\\r\\n" + body)
                  for part in iter(lambda: store.recv(65536), b""):
                      self.wfile.write(part)

      server = socketserver.ThreadingTCPServer(("0.0.0.0", 9000), Gate)
      print("it takes requests", flush=True)
      server.serve_forever()
      """;

  private final String name;
  private final SparkContainer container;

  /**
   * Starts a proxy of this name.
   *
   * @param answered Python's regular expression for the line and the headers of requests that are
   *     not handed on
   * @param answer a file in {@code src/test/answers}
   */
  public AnswerGate(Network network, String name, String answered, String answer) {
    this.name = name;
    container =
        new SparkContainer("python3", "-c", START)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withReadOnly(Project.DIRECTORY.resolve("src/test/answers").resolve(answer), "/answer")
            .withEnv("ANSWERED", answered)
            .waitingFor(Wait.forLogMessage(".*it takes requests.*", 1));
    container.start();
  }

  /** Its address in the network, for S3A. */
  public String url() {
    return "http://" + name + ":9000";
  }

  @Override
  public void close() {
    container.close();
  }
}
