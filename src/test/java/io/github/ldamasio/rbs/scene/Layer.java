package io.github.ldamasio.rbs.scene;

/** What a job writes. */
public enum Layer {
  bronze("bronze_ingest"),
  silver("silver_transform");

  private final String jobName;

  Layer(String jobName) {
    this.jobName = jobName;
  }

  /** The job's name in its messages. */
  public String jobName() {
    return jobName;
  }

  /** The job's file in the image. */
  public String job() {
    return "/opt/rbs-spark/jobs/" + jobName + ".py";
  }
}
