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
import io.github.ldamasio.rbs.build.file.Inputs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.codehaus.plexus.component.repository.exception.ComponentLookupException;

/**
 * A tag never gets a second content. Jib runs this class inside {@code jib:build}, after {@code
 * package} and without it, so no flag bypasses it. In Jib's other goals it does nothing.
 *
 * <p>{@link PushRules} says what may be pushed where; {@link Push} does the push, so that Jib
 * afterwards finds the image under the tag and pushes nothing.
 *
 * <p>Properties: {@code base} and {@code image} as the POM names them; {@code from}, what Jib
 * layers onto, which is the base or an image on it; {@code jib}, the version of the plugin.
 */
public final class TagGuard implements JibMavenPluginExtension<Void> {
  /** How long another push that was allowed before ours may still set the tag. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final String PUSHING_GOAL = "com.google.cloud.tools.jib.maven.BuildImageMojo";

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
        push(plan, properties, maven, logger);
      } catch (PushRefusedException | InvalidImageReferenceException e) {
        throw new JibPluginExtensionException(getClass(), e.getMessage(), e);
      }
      System.setProperty(JibSystemProperties.SKIP_EXISTING_IMAGES, "true");
    }
    return plan;
  }

  /** Maven does not tell an extension which goal runs; the call stack does. */
  private static boolean isPush() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(PUSHING_GOAL)));
  }

  private static void push(
      ContainerBuildPlan plan,
      Map<String, String> properties,
      MavenData maven,
      ExtensionLogger logger)
      throws InvalidImageReferenceException {
    MavenSession session = maven.getMavenSession();
    MavenProject project = maven.getMavenProject();
    Properties user = session.getUserProperties();
    ImageReference target = ImageReference.parse(properties.get("image"));
    boolean embedded = Inputs.baseFile(properties.get("base")).isPresent();
    PushRules.checkProperties(user);
    PushRules.checkTarget(
        target,
        project.getOriginalModel().getProperties().getProperty("image.repository"),
        project.getProperties().getProperty("image.tag"),
        embedded,
        user);
    if (embedded) {
      logger.log(LogLevel.WARN, "The image that goes to " + target + " is on the embedded base.");
    }
    Registry registry =
        new Registry(
            target,
            Boolean.parseBoolean(user.getProperty("jib.allowInsecureRegistries")),
            Credentials.of(target, user, session.getSettings(), decrypter(session)));
    Caches caches = Caches.of(user, Path.of(project.getBuild().getDirectory()));
    new Push(registry, target, properties.get("jib"), caches, PAUSE, logger)
        .run(plan, properties.get("from"));
  }

  // The service loader creates a Jib extension, so Maven injects nothing into it.
  @SuppressWarnings("deprecation")
  private static SettingsDecrypter decrypter(MavenSession session) {
    try {
      return session.getContainer().lookup(SettingsDecrypter.class);
    } catch (ComponentLookupException e) {
      throw new IllegalStateException("Each Maven has a decrypter of settings.", e);
    }
  }
}
