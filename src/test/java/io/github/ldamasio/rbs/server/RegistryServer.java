package io.github.ldamasio.rbs.server;

import static java.nio.file.StandardOpenOption.APPEND;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A registry on a free port of the loopback interface, empty at first: Debian's {@code
 * docker-registry} as a process beside the test, because the engine and Jib reach it there without
 * TLS.
 */
public final class RegistryServer implements AutoCloseable {
  public static final String USER = "robson";
  public static final String PASSWORD = "registry-password";

  /** {@link #USER} and {@link #PASSWORD}, as {@code htpasswd -nbB -C 4} prints them. */
  private static final String HTPASSWD =
      "robson:$2b$04$RMQmn.UJ4ZuPot9DsbxzhuBQEG6K3zu4BO6Qy/NY3NdAuu1s7ZX/a\n";

  private static final String CONFIGURATION =
      """
      version: 0.1
      log:
        accesslog:
          disabled: true
      http:
        addr: 127.0.0.1:0
        relativeurls: true
      storage:
        filesystem:
          rootdirectory: %s
      """;

  private static final String AUTHENTICATION =
      """
      auth:
        htpasswd:
          realm: test
          path: %s
      """;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Path binary = binary();
  private final TemporaryDirectory directory = new TemporaryDirectory("registry-");
  private final Path log = directory.path().resolve("log");
  private final Process process;
  private final String address;

  private RegistryServer(boolean authenticated) {
    try {
      process = start(authenticated);
      // A run that is interrupted does not get to close().
      Runtime.getRuntime().addShutdownHook(new Thread(this::close));
      address = "localhost:" + awaitPort();
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a registry that lets anyone push and pull; returns when it answers. */
  public static RegistryServer open() {
    return new RegistryServer(false);
  }

  /** Starts a registry that lets nobody in but {@link #USER}; returns when it answers. */
  public static RegistryServer withAuthentication() {
    return new RegistryServer(true);
  }

  /** Host and port, as they stand before the first slash of an image's name. */
  public String address() {
    return address;
  }

  /** The digest of an image that was pushed to this registry, worked out from its manifest. */
  public String digest(String repository, String tag) {
    HttpRequest request =
        request("/v2/" + repository + "/manifests/" + tag)
            .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .build();
    try {
      HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            "Image '%s:%s': expected it in the registry, found answer %d to GET %s."
                .formatted(repository, tag, response.statusCode(), request.uri()));
      }
      return sha256(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Gives a tag a content of its own, an image of no layers, and returns its digest. */
  public String occupy(String repository, String tag) {
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created_by\":\"%s\"}".formatted(tag);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
        "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%d,"digest":"%s"},
        "layers":[]}
        """
            .formatted(config.length(), sha256(config.getBytes(StandardCharsets.US_ASCII)));
    String uploads = "/v2/" + repository + "/blobs/uploads/";
    HttpResponse<Void> upload = send(request(uploads).POST(BodyPublishers.noBody()), 202);
    String location = upload.headers().firstValue("Location").orElseThrow();
    String digest = sha256(config.getBytes(StandardCharsets.US_ASCII));
    send(
        request(location + "&digest=" + digest)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofString(config)),
        201);
    send(
        request("/v2/" + repository + "/manifests/" + tag)
            .header("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
            .PUT(BodyPublishers.ofString(manifest)),
        201);
    return sha256(manifest.getBytes(StandardCharsets.US_ASCII));
  }

  /** What lies on the registry's disk but its log, by path, with the time of its last change. */
  public Map<Path, FileTime> storage() {
    try (Stream<Path> files = Files.walk(directory.path())) {
      Map<Path, FileTime> found = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).filter(f -> !f.equals(log)).toList()) {
        found.put(file, Files.getLastModifiedTime(file));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes that it holds: of layers as they are compressed, configurations and manifests. */
  public long bytes() {
    try (Stream<Path> files = Files.walk(directory.path())) {
      return files
          .filter(file -> file.endsWith("data") && Files.isRegularFile(file))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the registry and deletes what was pushed to it. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    directory.close();
  }

  private Process start(boolean authenticated) throws IOException {
    Path configuration = directory.path().resolve("config.yml");
    Path storage = directory.path().resolve("storage");
    Files.writeString(configuration, CONFIGURATION.formatted(storage));
    if (authenticated) {
      Path htpasswd = directory.path().resolve("htpasswd");
      Files.writeString(htpasswd, HTPASSWD);
      Files.writeString(configuration, AUTHENTICATION.formatted(htpasswd), APPEND);
    }
    return new ProcessBuilder(binary.toString(), "serve", configuration.toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static Path binary() {
    Path unpacked = Project.DIRECTORY.resolve(".tools/usr/bin/docker-registry");
    Stream<Path> onPath =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "docker-registry"));
    return Stream.concat(onPath, Stream.of(unpacked))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Command 'docker-registry': expected it on the PATH or as "
                        + unpacked
                        + ", found neither; run scripts/setup.sh."));
  }

  /** The port, which the system chose and the log tells. */
  private String awaitPort() throws IOException {
    Instant limit = Instant.now().plus(LIMIT);
    while (true) {
      boolean ended = hasEndedWithin(Duration.ofMillis(20));
      Matcher listening = LISTENING.matcher(Files.readString(log));
      if (listening.find()) {
        return listening.group(1);
      }
      if (ended || Instant.now().isAfter(limit)) {
        throw failure("a line that says on which port it listens");
      }
    }
  }

  /** The port is open by now, so that one request suffices. */
  private void awaitAnswer() throws IOException {
    try {
      HttpResponse<Void> response = CLIENT.send(request("/v2/").build(), BodyHandlers.discarding());
      if (response.headers().firstValue("Docker-Distribution-Api-Version").isEmpty()) {
        throw failure("a registry's answer to GET /v2/");
      }
    } catch (IOException e) {
      throw failure("an answer to GET /v2/");
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    String credentials = USER + ":" + PASSWORD;
    return HttpRequest.newBuilder(URI.create("http://" + address).resolve(path))
        .header(
            "Authorization",
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(credentials.getBytes(StandardCharsets.US_ASCII)))
        .timeout(LIMIT);
  }

  private static HttpResponse<Void> send(HttpRequest.Builder request, int expected) {
    try {
      HttpResponse<Void> response = CLIENT.send(request.build(), BodyHandlers.discarding());
      if (response.statusCode() != expected) {
        throw new IllegalStateException(
            "%s: expected answer %d, found %d"
                .formatted(response.request(), expected, response.statusCode()));
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Each Java has SHA-256.", e);
    }
  }

  private boolean hasEndedWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while the registry was to answer.", e);
  }

  /** Ends the registry; its log goes into the message, because it is deleted with the directory. */
  private IllegalStateException failure(String expected) throws IOException {
    String written = Files.readString(log);
    close();
    return new IllegalStateException(
        "docker-registry: expected %s, found none; its log:\n%s".formatted(expected, written));
  }
}
