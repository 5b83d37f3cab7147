package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.global.JibSystemProperties;
import com.google.cloud.tools.jib.maven.extension.JibMavenPluginExtension;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger.LogLevel;
import com.google.cloud.tools.jib.plugins.extension.JibPluginExtensionException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tag never gets a second content. {@code jib:build} asks this class before it pushes, whether
 * {@code package} ran before it or not, and no flag leads around it: Jib calls it in the same run
 * of the same goal. In Jib's other goals it does nothing.
 *
 * <p>It pushes the image itself, by its digest, which no tag points to yet; asks the registry for
 * the tag once more; sets it; and looks after a while whether it stayed. Jib then finds the image
 * there and pushes nothing. The goal ends with an error, and without a change of the tag, if the
 * tag holds another content, or if the registry's answer is any other than that there is no such
 * tag.
 *
 * <p>Registries cannot set a tag on the condition that it is not there, so that another push may
 * come between the last question and the setting. Of two pushes with different contents through
 * this class at most one ends well: who sees another digest after the pause fails, and so does who
 * took longer than the pause from the question to the setting.
 *
 * <p>Properties: {@code base} and {@code image} as the POM names them; {@code from}, what Jib
 * layers onto, which is the base or an image on it; {@code jib}, the version of the plugin.
 */
public final class TagGuard implements JibMavenPluginExtension<Void> {
  /** How long another push that was allowed before ours may still set the tag. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final String PUSHING_GOAL = "com.google.cloud.tools.jib.maven.BuildImageMojo";

  /** What changes neither the image nor where it goes to. */
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
          "jib.serialize",
          "jib.to.auth.password",
          "jib.to.auth.username",
          "jib.to.credHelper",
          "jib.useOnlyProjectCache");

  @Override
  public Optional<Class<Void>> getExtraConfigType() {
    return Optional.empty();
  }

  @Override
  public ContainerBuildPlan extendContainerBuildPlan(
      ContainerBuildPlan plan,
      Map<String, String> properties,
      Optional<Void> extraConfig,
      MavenData maven,
      ExtensionLogger logger)
      throws JibPluginExtensionException {
    if (isPush()) {
      try {
        Properties user = maven.getMavenSession().getUserProperties();
        refuseDetours(user);
        ImageReference target = ImageReference.parse(properties.get("image"));
        checkBase(maven, target, properties.get("base"), logger);
        Registry registry = Registry.of(target, user, maven);
        new Push(registry, target, properties.get("jib"), logger)
            .run(plan, properties.get("from"), maven);
        System.setProperty(JibSystemProperties.SKIP_EXISTING_IMAGES, "true");
      } catch (PushRefusedException | InvalidImageReferenceException e) {
        throw new JibPluginExtensionException(getClass(), e.getMessage(), e);
      }
    }
    return plan;
  }

  /** Maven tells an extension neither the goal nor its own name for it; the call stack does. */
  private static boolean isPush() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(PUSHING_GOAL)));
  }

  /** Jib would push another image, or to another place, than this class checks. */
  private static void refuseDetours(Properties user) {
    Set<String> detours = new TreeSet<>(user.stringPropertyNames());
    detours.removeIf(
        name -> !(name.startsWith("jib.") || name.equals("image")) || HARMLESS.contains(name));
    if (!detours.isEmpty()) {
      throw new PushRefusedException(
          "properties "
              + detours
              + ": expected none of them in a push, found them on the command line; name another"
              + " place with -Dimage.repository and -Dimage.tag, and change the image in pom.xml");
    }
  }

  private static void checkBase(
      MavenData maven, ImageReference target, String base, ExtensionLogger logger) {
    if (!base.startsWith("tar:")) {
      return;
    }
    String repository = target.getRegistry() + "/" + target.getRepository();
    String home =
        maven.getMavenProject().getOriginalModel().getProperties().getProperty("image.repository");
    Properties user = maven.getMavenSession().getUserProperties();
    if (repository.equals(home) && !user.getProperty("push.embedded", "").equals("true")) {
      throw new PushRefusedException(
          "repository '"
              + repository
              + "': expected an image on the official base, found one on the embedded base; build"
              + " where Docker Hub answers, after scripts/setup.sh --base official, or consent"
              + " with -Dpush.embedded=true");
    }
    logger.log(LogLevel.WARN, "The image that goes to " + target + " is on the embedded base.");
  }
}
