package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger.LogLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One push of one image to one tag, which it finds free or does not touch. */
final class Push {
  private static final Pattern NUMBERED = Pattern.compile("(.*\\D|)(\\d{1,9})");
  private static final int TRIES = 100;

  private final Registry registry;
  private final ImageReference target;
  private final String tag;
  private final String jibVersion;
  private final ExtensionLogger logger;

  Push(Registry registry, ImageReference target, String jibVersion, ExtensionLogger logger) {
    this.registry = registry;
    this.target = target;
    tag = target.getQualifier();
    this.jibVersion = jibVersion;
    this.logger = logger;
  }

  /**
   * Leaves the tag with this image's digest.
   *
   * @throws PushRefusedException if it holds another, or if that could not be found out
   */
  void run(ContainerBuildPlan plan, String from, MavenData maven)
      throws InvalidImageReferenceException {
    registry.digest(tag);
    String digest = digest(plan, from, maven);
    if (isThere(digest)) {
      logger.log(LogLevel.LIFECYCLE, target + " is " + digest + " already: nothing to push");
      return;
    }
    containerize(plan, from, maven, Containerizer.to(registry.image(target.withQualifier(digest))));
    Instant asked = Instant.now();
    if (isThere(digest)) {
      logger.log(LogLevel.LIFECYCLE, target + " is " + digest + " by now: nothing to push");
      return;
    }
    registry.tag(digest, tag);
    Duration needed = Duration.between(asked, Instant.now());
    pause();
    Optional<String> found = registry.digest(tag);
    if (!found.equals(Optional.of(digest))) {
      throw new PushRefusedException(
          "tag '"
              + target
              + "': expected "
              + digest
              + ", which was pushed a moment ago, found "
              + found.orElse("nothing")
              + "; somebody else pushed at the same time: theirs stands, "
              + advice());
    }
    if (needed.compareTo(TagGuard.PAUSE) >= 0) {
      throw new PushRefusedException(
          "tag '"
              + target
              + "': expected it to be set within "
              + TagGuard.PAUSE.toSeconds()
              + " s of the question whether it is free, found that it took "
              + needed.toSeconds()
              + " s; it holds "
              + digest
              + " now, but another push may have been told that the tag was its own");
    }
    logger.log(LogLevel.LIFECYCLE, target + " was free and is " + digest + " now");
  }

  /** Whether the tag holds this digest; if it holds another, that is the end. */
  private boolean isThere(String digest) {
    Optional<String> found = registry.digest(tag);
    if (found.isPresent() && !found.get().equals(digest)) {
      throw new PushRefusedException(
          "tag '"
              + target
              + "': expected none, or "
              + digest
              + ", found "
              + found.get()
              + "; a tag never gets a second content: "
              + advice());
    }
    return found.isPresent();
  }

  /** The first tag after this one that is free, where tags are numbered. */
  private String advice() {
    Matcher numbered = NUMBERED.matcher(tag);
    if (numbered.matches()) {
      int number = Integer.parseInt(numbered.group(2));
      for (int next = number + 1; next <= number + TRIES; next++) {
        String other = numbered.group(1) + next;
        if (registry.digest(other).isEmpty()) {
          return "the next free one is '" + other + "', give it with -Dimage.tag=" + other;
        }
      }
    }
    return "give another with -Dimage.tag";
  }

  /** The image's digest, which Jib tells when it has written the image: here to nowhere. */
  private String digest(ContainerBuildPlan plan, String from, MavenData maven)
      throws InvalidImageReferenceException {
    return containerize(
        plan, from, maven, Containerizer.to(TarImage.at(Path.of("/dev/null")).named(target)));
  }

  /** As the plugin does it, whose name and version are part of the image's history. */
  private String containerize(
      ContainerBuildPlan plan, String from, MavenData maven, Containerizer to)
      throws InvalidImageReferenceException {
    Path caches = Path.of(maven.getMavenProject().getBuild().getDirectory(), "jib-cache");
    try {
      return Jib.from(from)
          .applyContainerBuildPlan(plan)
          .containerize(
              to.setToolName("jib-maven-plugin")
                  .setToolVersion(jibVersion)
                  .setApplicationLayersCache(caches)
                  .setAllowInsecureRegistries(registry.isInsecureAllowed()))
          .getDigest()
          .toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PushRefusedException("push to '" + target + "': interrupted", e);
    } catch (RegistryException
        | IOException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new PushRefusedException(
          "push to '" + target + "': expected to succeed, found " + Registry.reason(e), e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(TagGuard.PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PushRefusedException("interrupted before the tag could be checked", e);
    }
  }
}
