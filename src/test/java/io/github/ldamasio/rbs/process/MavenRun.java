package io.github.ldamasio.rbs.process;

import io.github.ldamasio.rbs.pin.Project;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;

/**
 * A run of the Maven that runs this test, with the same JDK, local repository, profiles and
 * properties. Offline, unless told otherwise: everything that a build needs is there already.
 */
public final class MavenRun {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Properties that may have been given on the command line of the run of this test. */
  private static final List<String> HANDED_ON =
      List.of("base.image", "base.python", "image.fast-start", "image.tag", "wheels.directory");

  private final InvocationRequest request = new DefaultInvocationRequest();
  private final Properties properties = new Properties();

  /** A run of these goals in this directory. */
  public MavenRun(Path directory, String... goals) {
    request.setBaseDirectory(directory.toFile());
    request.setMavenHome(new File(Project.property("maven.home")));
    request.setJavaHome(new File(System.getProperty("java.home")));
    request.setLocalRepositoryDirectory(new File(Project.property("settings.localRepository")));
    request.setBatchMode(true);
    request.setOffline(true);
    request.setTimeoutInSeconds((int) LIMIT.toSeconds());
    request.setProperties(properties);
    request.addArgs(List.of(goals));
    HANDED_ON.forEach(name -> with(name, Project.property(name)));
    request.setProfiles(List.of(Project.property("image.phase")));
  }

  /**
   * Another phase than this test's, under its own tag. Offline only if this test is: the pins of
   * that phase may never have been fetched here.
   */
  public MavenRun ofPhase(String phase) {
    request.setProfiles(List.of(phase));
    request.setOffline(Project.property("maven.mode").equals("offline=true"));
    return with("image.tag", Project.property("base.spark.version") + "-" + phase);
  }

  /** As {@code -Dname=value}. */
  public MavenRun with(String name, Object value) {
    properties.setProperty(name, value.toString());
    return this;
  }

  /** Sets a variable of the environment. */
  public MavenRun withEnvironment(String name, String value) {
    request.addShellEnvironment(name, value);
    return this;
  }

  /** Uses another local repository. */
  public MavenRun withLocalRepository(Path repository) {
    request.setLocalRepositoryDirectory(repository.toFile());
    return this;
  }

  /** Starts Maven through this executable, which is handed Maven's own arguments. */
  public MavenRun through(Path executable) {
    request.setMavenExecutable(executable.toFile());
    return this;
  }

  /** Without {@code --offline}, with which Jib talks to no registry at all. */
  public MavenRun online() {
    request.setOffline(false);
    return this;
  }

  /** The profiles with which Maven will run. */
  List<String> profiles() {
    return request.getProfiles();
  }

  /**
   * Runs Maven to its end.
   *
   * @throws AssertionError with its output if it did not start or still ran after five minutes
   */
  public Result run() {
    StringBuffer output = new StringBuffer();
    request.setOutputHandler(line -> output.append(line).append('\n'));
    request.setErrorHandler(line -> output.append(line).append('\n'));
    try {
      InvocationResult result = new DefaultInvoker().execute(request);
      if (result.getExecutionException() != null) {
        throw new AssertionError(
            "Maven did not end within %s; it wrote:\n%s".formatted(LIMIT, output),
            result.getExecutionException());
      }
      return new Result(result.getExitCode(), output.toString(), "");
    } catch (MavenInvocationException e) {
      throw new AssertionError("Maven did not start: " + e.getMessage(), e);
    }
  }
}
