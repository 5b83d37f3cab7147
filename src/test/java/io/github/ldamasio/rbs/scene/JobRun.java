package io.github.ldamasio.rbs.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run, by its name, of the job that writes this data, with variables that differ from the
 * scene's.
 */
public record JobRun(String name, Data data, Map<String, String> variables) {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  public JobRun {
    variables = Map.copyOf(variables);
  }

  /** A run with all variables as the scene has them. */
  public static JobRun of(String name, Data data) {
    return new JobRun(name, data, Map.of());
  }

  /** The same run with another value of this variable. */
  public JobRun with(String variable, String value) {
    Map<String, String> all = new TreeMap<>(variables);
    all.put(variable, value);
    return new JobRun(name, data, all);
  }

  /** The same run with another name. */
  public JobRun as(String other) {
    return new JobRun(other, data, variables);
  }

  /** Runs jobs one after another in one process and one JVM: how each ended, by its name. */
  public static Map<String, Result> all(Scene scene, List<JobRun> runs) {
    return all(scene, Map.of(), runs);
  }

  /** The same with these variables in the environment of the process, which its JVM reads. */
  public static Map<String, Result> all(
      Scene scene, Map<String, String> environment, List<JobRun> runs) {
    ObjectMapper json = new ObjectMapper();
    List<List<?>> jobs = new ArrayList<>();
    for (JobRun run : runs) {
      Map<String, String> all = new TreeMap<>(scene.environment(run.data));
      all.putAll(run.variables);
      jobs.add(List.of(run.name, run.data.layer().jobName(), all));
    }
    try {
      String argument = json.writeValueAsString(jobs);
      Result results =
          scene.job("python3", "/jobs/run_jobs.py", argument).withEnv(environment).runToEnd(LIMIT);
      return json.readValue(Scene.report(results), new TypeReference<Map<String, Result>>() {});
    } catch (JsonProcessingException e) {
      throw new AssertionError("run_jobs.py: expected JSON, found " + e.getMessage(), e);
    }
  }
}
