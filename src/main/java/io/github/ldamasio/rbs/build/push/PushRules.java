package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.ImageReference;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** What may be pushed where, as far as that can be told without asking the registry. */
final class PushRules {
  /** Jib's properties that change neither the image nor its destination. */
  private static final Set<String> HARMLESS =
      Set.of(
          "jib.allowInsecureRegistries",
          "jib.alwaysCacheBaseImage",
          "jib.applicationCache",
          "jib.baseImageCache",
          "jib.console",
          "jib.disableUpdateChecks",
          "jib.from.auth.password",
          "jib.from.auth.username",
          "jib.from.credHelper",
          "jib.httpTimeout",
          "jib.outputPaths.digest",
          "jib.outputPaths.imageId",
          "jib.outputPaths.imageJson",
          "jib.serialize",
          "jib.to.auth.password",
          "jib.to.auth.username",
          "jib.to.credHelper",
          "jib.useOnlyProjectCache");

  private PushRules() {}

  /**
   * Refuses properties of the command line with which Jib would push another image, or to another
   * destination, than the guard checks.
   *
   * @throws PushRefusedException naming each of them
   */
  static void checkProperties(Properties user) {
    Set<String> names = new TreeSet<>(user.stringPropertyNames());
    names.removeIf(
        name -> !(name.startsWith("jib.") || name.equals("image")) || HARMLESS.contains(name));
    if (!names.isEmpty()) {
      throw new PushRefusedException(
          "properties '"
              + String.join(", ", names)
              + "': expected none of them in a push, found them on the command line; choose the"
              + " destination with -Dimage.repository and -Dimage.tag, and change the image in"
              + " pom.xml");
    }
  }

  /**
   * Holds the default repository to images on the official base, each under the tag of its phase or
   * a revision of it. Any other repository takes any image and any tag.
   *
   * @param home the default repository
   * @param tag the tag of this build's phase
   * @throws PushRefusedException if this target is in the default repository and breaks a rule
   */
  static void checkTarget(
      ImageReference target, String home, String tag, boolean embedded, Properties user) {
    if (!home.equals(target.getRegistry() + "/" + target.getRepository())) {
      return;
    }
    if (embedded && !user.getProperty("push.embedded", "").equals("true")) {
      throw new PushRefusedException(
          "repository '"
              + home
              + "': expected an image on the official base, found one on the embedded base; build"
              + " where Docker Hub answers, after scripts/setup.sh --base official, or consent"
              + " with -Dpush.embedded=true");
    }
    if (!ImageTag.parse(target.getQualifier()).name().equals(tag)) {
      throw new PushRefusedException(
          "tag '"
              + home
              + ":"
              + target.getQualifier()
              + "': expected "
              + tag
              + " or "
              + tag
              + "-rN, since that is the phase of this image, found another name; build that phase"
              + " with its profile, or push to another repository with -Dimage.repository");
    }
  }
}
