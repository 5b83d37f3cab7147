package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger.LogLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * One push of one image to one tag, which either is free or stays as it is.
 *
 * <p>It pushes the image by its digest, to which no tag points yet; asks the registry for the tag
 * once more; sets it; and looks after a pause whether it stayed. It fails, and does not change the
 * tag, if the tag has another content, or if the registry gives any other answer than that there is
 * no such tag.
 *
 * <p>No registry sets a tag on the condition that it is free, so another push may come between the
 * last question and the setting. Of two pushes of different contents through this class at most one
 * ends well: the one that sees another digest after the pause fails, and so does one that needed
 * longer than the pause from the question to the setting.
 */
final class Push {
  private static final int REVISIONS = 100;

  private final Registry registry;
  private final ImageReference target;
  private final String tag;
  private final String jibVersion;
  private final Caches caches;
  private final Duration pause;
  private final ExtensionLogger logger;

  /**
   * A push to this image's tag.
   *
   * @param jibVersion as it stands in the image's history
   * @param caches where Jib keeps compressed layers
   * @param pause how long another push that was told that the tag is free may take to set it
   */
  Push(
      Registry registry,
      ImageReference target,
      String jibVersion,
      Caches caches,
      Duration pause,
      ExtensionLogger logger) {
    this.registry = registry;
    this.target = target;
    tag = target.getQualifier();
    this.jibVersion = jibVersion;
    this.caches = caches;
    this.pause = pause;
    this.logger = logger;
  }

  /**
   * Leaves the tag with the digest of this image.
   *
   * @param from what Jib layers onto
   * @throws PushRefusedException if the tag has another content, or if that could not be found out
   */
  void run(ContainerBuildPlan plan, String from) throws InvalidImageReferenceException {
    // A registry that does not answer is known before the image is read.
    registry.digest(tag);
    String digest = digest(plan, from);
    if (has(digest)) {
      logger.log(LogLevel.LIFECYCLE, target + " is " + digest + " already: nothing to push");
      return;
    }
    containerize(plan, from, Containerizer.to(registry.image(target.withQualifier(digest))));
    ManifestTemplate manifest = registry.manifest(digest);
    Instant asked = Instant.now();
    if (has(digest)) {
      logger.log(LogLevel.LIFECYCLE, target + " is " + digest + " by now: nothing to push");
      return;
    }
    registry.tag(manifest, digest, tag);
    Duration needed = Duration.between(asked, Instant.now());
    sleep();
    Optional<String> found = registry.digest(tag);
    if (!found.equals(Optional.of(digest))) {
      throw new PushRefusedException(
          "tag '"
              + target
              + "': expected "
              + digest
              + ", which this push has set, found "
              + found.orElse("nothing")
              + "; another push at the same time has won: "
              + advice());
    }
    if (needed.compareTo(pause) >= 0) {
      throw new PushRefusedException(
          "tag '"
              + target
              + "': expected to set it within "
              + pause.toMillis()
              + " ms of the answer that it is free, found that it took "
              + needed.toMillis()
              + " ms; it is "
              + digest
              + " now, but another push may have ended well with another content: compare with"
              + " that, then push again");
    }
    logger.log(LogLevel.LIFECYCLE, target + " was free and is " + digest + " now");
  }

  /**
   * Whether the tag has this digest.
   *
   * @throws PushRefusedException if it has another
   */
  private boolean has(String digest) {
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

  /** The first revision that is free. */
  private String advice() {
    return Stream.iterate(ImageTag.parse(tag).nextRevision(), ImageTag::nextRevision)
        .limit(REVISIONS)
        .map(ImageTag::toString)
        .filter(revision -> registry.digest(revision).isEmpty())
        .findFirst()
        .map(revision -> "push a revision with -Dimage.tag=" + revision + ", which is free")
        .orElse("push another with -Dimage.tag");
  }

  /** The image's digest, which Jib returns after it wrote the image: here to /dev/null. */
  private String digest(ContainerBuildPlan plan, String from)
      throws InvalidImageReferenceException {
    return containerize(
        plan, from, Containerizer.to(TarImage.at(Path.of("/dev/null")).named(target)));
  }

  /** Does what the plugin does; its name and version are part of the image's history. */
  private String containerize(ContainerBuildPlan plan, String from, Containerizer to)
      throws InvalidImageReferenceException {
    try {
      return Jib.from(from)
          .applyContainerBuildPlan(plan)
          .containerize(
              to.setToolName("jib-maven-plugin")
                  .setToolVersion(jibVersion)
                  .setBaseImageLayersCache(caches.base())
                  .setApplicationLayersCache(caches.application())
                  .setAllowInsecureRegistries(registry.isInsecureAllowed()))
          .getDigest()
          .toString();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (RegistryException
        | IOException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new PushRefusedException(
          "push to '" + target + "': expected to succeed, found " + Registry.reason(e), e);
    }
  }

  private void sleep() {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private PushRefusedException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new PushRefusedException(
        "push to '" + target + "': expected to end, found it interrupted; push again", e);
  }
}
