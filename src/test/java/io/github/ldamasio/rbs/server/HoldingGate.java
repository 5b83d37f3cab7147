package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import java.time.Duration;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A proxy before the S3 server of the network, at port 9000, and a PostgreSQL server, at port 5432.
 * It hands on all that comes, but holds one request, or the answer to it.
 */
public final class HoldingGate implements AutoCloseable {
  private static final String START =
      """
      import os, re, socket, socketserver, threading, time

      held, number = re.compile(os.environ["HELD"].encode()), int(os.environ["NUMBER"])
      lock, seen = threading.Lock(), 0

      def is_held(data):
          global seen
          with lock:
              seen += bool(held.search(data))
              return bool(held.search(data)) and seen == number

      def hold():
          open("/tmp/holds", "w").close()
          while not os.path.exists("/tmp/released"):
              time.sleep(0.02)

      class Gate(socketserver.BaseRequestHandler):
          def handle(self):
              self.answer_is_held = False
              with socket.create_connection(self.server.target) as self.to:
                  back = threading.Thread(target=self.pass_on, args=(self.to, self.request, self.hold_answer))
                  back.start()
                  self.pass_on(self.request, self.to, self.hold_request)
                  back.join()

          def pass_on(self, source, target, hold_if_asked):
              try:
                  for data in iter(lambda: source.recv(65536), b""):
                      hold_if_asked(data)
                      target.sendall(data)
              except OSError:
                  pass
              for end in source, target:
                  try:
                      end.shutdown(socket.SHUT_RDWR)
                  except OSError:
                      pass

          def hold_request(self, data):
              if is_held(data):
                  if os.environ["WHAT"] == "answer":
                      self.answer_is_held = True
                  else:
                      hold()

          def hold_answer(self, data):
              if self.answer_is_held:
                  hold()
                  raise OSError("the answer is lost")

      class Server(socketserver.ThreadingTCPServer):
          daemon_threads = True

      for port, target in (9000, "s3:9000"), (5432, os.environ["POSTGRES"]):
          server = Server(("0.0.0.0", port), Gate)
          server.target = tuple(target.split(":"))
          threading.Thread(target=server.serve_forever).start()
      print("it takes requests", flush=True)
      """;

  private static final String HOLDS_SOON =
      "for n in {1..20}; do [ ! -e /tmp/holds ] || exit 0; sleep 0.1; done; exit 1";

  private final SparkContainer container;

  /**
   * Starts a proxy of this name.
   *
   * @param postgres host and port of the PostgreSQL server
   * @param what {@code request} or {@code answer}
   * @param held Python's regular expression for what the client sends
   * @param number which one of those that match
   */
  public HoldingGate(
      Network network, String name, String postgres, String what, String held, int number) {
    container =
        new SparkContainer("python3", "-c", START)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withEnv("POSTGRES", postgres)
            .withEnv("WHAT", what)
            .withEnv("HELD", held)
            .withEnv("NUMBER", String.valueOf(number))
            .waitingFor(Wait.forLogMessage(".*it takes requests.*", 1));
    container.start();
  }

  /** Waits until it holds what this client has sent, or the answer to it. */
  public void awaitHeld(SparkContainer client, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (container.execute("bash", "-c", HOLDS_SOON).exitCode() != 0) {
      if (!client.isRunning() || System.nanoTime() > deadline) {
        throw new AssertionError(
            "expected a request to hold within %s, found none: %s"
                .formatted(limit, client.getLogs()));
      }
    }
  }

  /** Hands on the request that it holds; an answer is lost, and the connection with it. */
  public void release() {
    container.execute("touch", "/tmp/released").succeeded();
  }

  @Override
  public void close() {
    container.close();
  }
}
