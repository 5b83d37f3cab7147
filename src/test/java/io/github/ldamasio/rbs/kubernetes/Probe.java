package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pod that tries to open connections; its labels decide which policies apply. It also listens, on
 * Spark's ports and on one that no job needs.
 */
final class Probe {
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

  /** Starts a pod with these labels. */
  static Probe start(Namespace namespace, String name, Map<String, String> labels, String image) {
    namespace.apply(
        pod(
            name,
            labels,
            Optional.empty(),
            image,
            List.of(
                "python3",
                "-c",
                Servers.LISTENER,
                "7078",
                "7079",
                String.valueOf(Servers.OTHER_PORT))));
    namespace.awaitReady(name);
    return new Probe(namespace, name);
  }

  /** A pod that passes the restricted standard, with the token of this service account, if any. */
  static String pod(
      String name,
      Map<String, String> labels,
      Optional<String> account,
      String image,
      List<String> args) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: %s
        spec:
          restartPolicy: Never
          serviceAccountName: %s
          automountServiceAccountToken: %s
          enableServiceLinks: false
          terminationGracePeriodSeconds: 0
          securityContext:
            runAsNonRoot: true
            runAsUser: 185
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: main
              image: %s
              args: %s
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL]}
        """
        .formatted(
            name,
            Json.write(labels),
            account.orElse("default"),
            account.isPresent(),
            image,
            Json.write(args));
  }

  /** Its address. */
  String address() {
    return namespace.get("pod", name).at("/status/podIP").asText();
  }

  /** Which of these destinations, by their names, it can reach. */
  Set<String> reaches(Map<String, Destination> destinations) {
    String output =
        namespace
            .kubectl("exec", name, "--", "python3", "-c", TRY, Json.write(destinations))
            .succeeded()
            .output();
    return Json.texts(Json.parse(output));
  }

  /** A port that a probe tries; in JSON an array. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"protocol", "host", "port"})
  record Destination(String protocol, String host, int port) {
    static Destination tcp(String host, int port) {
      return new Destination("TCP", host, port);
    }

    static Destination udp(String host, int port) {
      return new Destination("UDP", host, port);
    }
  }
}
