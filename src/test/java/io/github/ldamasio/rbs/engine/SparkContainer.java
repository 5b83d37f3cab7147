package io.github.ldamasio.rbs.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.FrameConsumerResultCallback;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** A container of the image under test. Without a network of its own it has none at all. */
public final class SparkContainer extends GenericContainer<SparkContainer> {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A container that will run this command through the image's entrypoint. */
  public SparkContainer(String... command) {
    super(DockerImageName.parse(Image.id()));
    withCommand(command);
    withNetworkMode("none");
    withStartupCheckStrategy(new Started());
  }

  /** A container that does nothing, for commands that are executed in it. */
  public static SparkContainer idle() {
    return new SparkContainer("sleep", "infinity");
  }

  /** A container of another image in the engine, given by its id; all else stays. */
  public SparkContainer ofImage(String id) {
    setDockerImageName(id);
    return this;
  }

  /** A network in which nothing outside can be reached. Close it after its containers. */
  public static Network internalNetwork() {
    return Network.builder()
        .createNetworkCmdModifier(network -> network.withInternal(true))
        .build();
  }

  /** As {@code docker run --hostname}, and other containers of its network find it by this name. */
  public SparkContainer withHostName(String name) {
    return withNetworkAliases(name)
        .withCreateContainerCmdModifier(create -> create.withHostName(name));
  }

  /** As {@code docker run --network container:…}: the namespace of a container that runs. */
  public SparkContainer withNetworkOf(SparkContainer other) {
    return withNetwork(null).withNetworkMode("container:" + other.getContainerId());
  }

  /** The address in its one network. */
  public String address() {
    return getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .map(network -> network.getIpAddress())
        .findFirst()
        .orElseThrow();
  }

  /** As {@code docker run --user}. */
  public SparkContainer withUser(String user) {
    return withCreateContainerCmdModifier(create -> create.withUser(user));
  }

  /** As {@code docker run --volume host:path:ro}. */
  public SparkContainer withReadOnly(Path host, String path) {
    getBinds().add(new Bind(host.toString(), new Volume(path), AccessMode.ro));
    return this;
  }

  /**
   * A read-only root with {@code /tmp} and the working directory writable, and no capability at
   * all. {@code exec}: Spark unpacks native libraries into {@code /tmp}, and Docker's own default
   * is noexec, unlike that of Kubernetes' emptyDir.
   */
  public SparkContainer hardened() {
    return withTmpFs(Map.of("/tmp", "exec,mode=1777", "/opt/spark/work-dir", "exec,mode=1777"))
        .withCreateContainerCmdModifier(
            create -> create.getHostConfig().withReadonlyRootfs(true).withCapDrop(Capability.ALL));
  }

  /**
   * Waits until the started container has ended.
   *
   * @throws AssertionError with what the container wrote, if it still runs after this time
   */
  public Result awaitEnd(Duration limit) {
    try {
      int exitCode =
          Image.engine()
              .waitContainerCmd(getContainerId())
              .exec(new WaitContainerResultCallback())
              .awaitStatusCode(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Result(exitCode, getLogs(OutputType.STDOUT), getLogs(OutputType.STDERR));
    } catch (DockerClientException e) {
      throw new AssertionError(
          "The container '%s': expected its end after %s, found %s It wrote:\n%s"
              .formatted(String.join(" ", getCommandParts()), limit, e.getMessage(), getLogs()),
          e);
    }
  }

  /**
   * Starts the container, waits until it has ended, and removes it; see {@link
   * #awaitEnd(Duration)}.
   */
  public Result runToEnd(Duration limit) {
    try (this) {
      start();
      return awaitEnd(limit);
    }
  }

  /** As {@link #runToEnd(Duration)} with a limit that suffices for all but Spark jobs. */
  public Result runToEnd() {
    return runToEnd(LIMIT);
  }

  /**
   * Runs a command in the started container and waits until it has ended. It starts as with {@code
   * docker run}: through the entrypoint, and with the container's user, environment and directory.
   *
   * @throws AssertionError with what the command wrote, if it still runs after this time
   */
  public Result execute(Duration limit, String... command) {
    DockerClient engine = Image.engine();
    ToStringConsumer stdout = new ToStringConsumer();
    ToStringConsumer stderr = new ToStringConsumer();
    String[] entrypoint = getContainerInfo().getConfig().getEntrypoint();
    String id =
        engine
            .execCreateCmd(getContainerId())
            .withCmd(Stream.of(entrypoint, command).flatMap(Stream::of).toArray(String[]::new))
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    try (FrameConsumerResultCallback output = new FrameConsumerResultCallback()) {
      output.addConsumer(OutputType.STDOUT, stdout);
      output.addConsumer(OutputType.STDERR, stderr);
      if (!engine
          .execStartCmd(id)
          .exec(output)
          .awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "The command '%s': expected its end after %s, found it running. It wrote:\n%s%s"
                .formatted(
                    String.join(" ", command),
                    limit,
                    stdout.toUtf8String(),
                    stderr.toUtf8String()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a command ran.", e);
    }
    int exitCode = engine.inspectExecCmd(id).exec().getExitCodeLong().intValue();
    return new Result(exitCode, stdout.toUtf8String(), stderr.toUtf8String());
  }

  /** As {@link #execute(Duration, String...)} with the limit of {@link #runToEnd()}. */
  public Result execute(String... command) {
    return execute(LIMIT, command);
  }

  /** Asks nothing; Testcontainers' own check asks once a second for all containers together. */
  private static final class Started extends StartupCheckStrategy {
    @Override
    public boolean waitUntilStartupSuccessful(DockerClient engine, String containerId) {
      return true;
    }

    @Override
    public StartupStatus checkStartupState(DockerClient engine, String containerId) {
      return StartupStatus.SUCCESSFUL;
    }
  }
}
