package io.github.ldamasio.rbs.build.sbom;

import static java.util.stream.Collectors.toList;

import com.google.cloud.tools.jib.maven.extension.MavenData;
import java.util.List;
import java.util.Optional;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.License;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.project.DefaultProjectBuildingRequest;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.ProjectBuilder;
import org.apache.maven.project.ProjectBuildingException;
import org.apache.maven.project.ProjectBuildingRequest;
import org.codehaus.plexus.component.repository.exception.ComponentLookupException;

/** What Maven knows of a JAR by its file's name: the project's dependencies, and the project. */
final class MavenProjects {
  private final MavenSession session;
  private final MavenProject project;

  MavenProjects(MavenData maven) {
    session = maven.getMavenSession();
    project = maven.getMavenProject();
  }

  /** The project whose main artifact has this file name, with all that its parents say. */
  Optional<MavenProject> find(String fileName) {
    if (fileName.equals(project.getBuild().getFinalName() + ".jar")) {
      return Optional.of(project);
    }
    return project.getDependencies().stream()
        .filter(
            dependency ->
                fileName.equals(
                    dependency.getArtifactId() + "-" + dependency.getVersion() + ".jar"))
        .findFirst()
        .map(this::build);
  }

  /** The licences that a POM names. */
  static List<String> licenses(MavenProject project) {
    return project.getLicenses().stream().map(License::getName).collect(toList());
  }

  // A Jib extension is made by the service loader: nothing is injected into it.
  @SuppressWarnings("deprecation")
  private MavenProject build(Dependency dependency) {
    ProjectBuildingRequest request =
        new DefaultProjectBuildingRequest(session.getProjectBuildingRequest());
    request.setProject(null);
    request.setProcessPlugins(false);
    request.setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
    Artifact pom =
        new DefaultArtifact(
            dependency.getGroupId(),
            dependency.getArtifactId(),
            dependency.getVersion(),
            null,
            "pom",
            null,
            new DefaultArtifactHandler("pom"));
    try {
      return session.getContainer().lookup(ProjectBuilder.class).build(pom, request).getProject();
    } catch (ComponentLookupException | ProjectBuildingException e) {
      throw new IllegalStateException(
          "POM of '" + dependency.getArtifactId() + "': expected it to be readable, found " + e, e);
    }
  }
}
