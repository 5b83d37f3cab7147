package io.github.ldamasio.rbs.server;

import static java.util.stream.Collectors.toMap;

import com.github.dockerjava.api.model.Capability;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A network namespace in which each packet that leaves it is recorded, from before the first. A
 * container that does nothing holds the namespace; another in it records.
 */
public final class Recorder implements AutoCloseable {
  private final SparkContainer holder;
  private final SparkContainer recorder;

  /** Starts a namespace in this network with this name server, and returns when it is recorded. */
  public Recorder(Network network, Path resolvConf) {
    holder =
        new SparkContainer("sleep", "infinity")
            .withNetwork(network)
            .withReadOnly(resolvConf, "/etc/resolv.conf");
    holder.start();
    // NET_RAW for the packets; NET_ADMIN for a buffer in which none is lost.
    recorder =
        new SparkContainer("python3", "/jobs/record_packets.py")
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
            .withNetworkOf(holder)
            .withUser("0")
            .withCreateContainerCmdModifier(
                create ->
                    create
                        .getHostConfig()
                        .withCapDrop(Capability.ALL)
                        .withCapAdd(Capability.NET_RAW, Capability.NET_ADMIN))
            .waitingFor(Wait.forLogMessage(".*recording.*", 1));
    try {
      recorder.start();
    } catch (RuntimeException e) {
      holder.close();
      throw e;
    }
  }

  /** The container whose namespace is recorded. */
  public SparkContainer namespace() {
    return holder;
  }

  /**
   * Ends the recording: how many packets went where, and how often which name was asked for. {@code
   * seen} and {@code dropped} are the kernel's own counts.
   */
  public Map<String, Long> end() {
    Image.engine().killContainerCmd(recorder.getContainerId()).withSignal("TERM").exec();
    return recorder
        .awaitEnd(Duration.ofSeconds(30))
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> !line.equals("recording"))
        .collect(
            toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                Long::sum,
                TreeMap::new));
  }

  @Override
  public void close() {
    recorder.close();
    holder.close();
  }
}
