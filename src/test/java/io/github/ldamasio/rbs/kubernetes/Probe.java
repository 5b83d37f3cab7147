package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A pod that tries to open connections, with whatever labels decide what it may. It listens as
 * well, on the ports of Spark and on one that nobody needs.
 */
final class Probe {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Prints the names of the destinations that answer within three seconds. */
  private static final String TRY =
      """
      import json, socket, sys
      from concurrent.futures import ThreadPoolExecutor
      QUESTION = bytes.fromhex("123401000001000000000000") + b"\\x02s3\\x00\\x00\\x01\\x00\\x01"
      def answers(protocol, host, port):
          try:
              if protocol == "TCP":
                  socket.create_connection((host, port), 3).close()
                  return True
              asking = socket.socket(type=socket.SOCK_DGRAM)
              asking.settimeout(3)
              asking.connect((host, port))
              asking.send(QUESTION)
              return bool(asking.recv(512))
          except OSError:
              return False
      with ThreadPoolExecutor(50) as threads:
          asked = {name: threads.submit(answers, *to) for name, to in json.loads(sys.argv[1]).items()}
          print(json.dumps([name for name, answer in asked.items() if answer.result()]))
      """;

  private final Namespace namespace;
  private final String name;

  private Probe(Namespace namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  /** Starts a pod that passes the restricted standard. */
  static Probe start(Namespace namespace, String name, Map<String, String> labels, String image) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: %s
        spec:
          automountServiceAccountToken: false
          enableServiceLinks: false
          terminationGracePeriodSeconds: 0
          securityContext:
            runAsNonRoot: true
            runAsUser: 185
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: probe
              image: %s
              args: [python3, -c, %s, "7078", "7079", "%d"]
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL]}
        """
            .formatted(
                name, json(labels), image, Servers.yaml(Servers.LISTENER), Servers.OTHER_PORT));
    namespace.awaitReady(name);
    return new Probe(namespace, name);
  }

  /** Its address. */
  String address() {
    return namespace.get("pod", name).at("/status/podIP").asText();
  }

  /** Which of these destinations, by their names, it can reach. */
  Set<String> reaches(Map<String, Destination> destinations) {
    String output =
        namespace
            .kubectl("exec", name, "--", "python3", "-c", TRY, json(destinations))
            .succeeded()
            .output();
    try {
      return new TreeSet<>(Set.of(JSON.readValue(output, String[].class)));
    } catch (JsonProcessingException e) {
      throw new AssertionError(output, e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Something to reach; in JSON an array. */
  @com.fasterxml.jackson.annotation.JsonFormat(
      shape = com.fasterxml.jackson.annotation.JsonFormat.Shape.ARRAY)
  @com.fasterxml.jackson.annotation.JsonPropertyOrder({"protocol", "host", "port"})
  record Destination(String protocol, String host, int port) {
    static Destination tcp(String host, int port) {
      return new Destination("TCP", host, port);
    }

    static Destination udp(String host, int port) {
      return new Destination("UDP", host, port);
    }
  }
}
