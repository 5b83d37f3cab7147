package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The catalog {@code lake} in the database of a {@link Scene} or in another server, made by the SQL
 * of {@code docs/lake.md}, with its warehouse in the scene's bucket.
 */
public record Lake(Scene scene, String url) {
  /** No other text of the tests has it. */
  public static final String PASSWORD = "only-LAKE_PASSWORD-has-it";

  /** Makes the role and its schema. */
  public static Lake in(Scene scene) {
    scene.execute(role(scene));
    return new Lake(scene, scene.environment().get("JDBC_URL"));
  }

  /** The same in the database {@code postgres} of another server. */
  public static Lake in(Scene scene, String host, int port) {
    String server =
        "env PGDATABASE=postgres PGHOST=%s PGPORT=%d python3 /jobs/execute_sql.py \"$0\"";
    scene.tool("bash", "-c", server.formatted(host, port), role(scene)).succeeded();
    return new Lake(scene, "jdbc:postgresql://%s:%d/postgres".formatted(host, port));
  }

  private static String role(Scene scene) {
    return sql()
        .get(0)
        .replace("'secret'", "'" + PASSWORD + "'")
        .replaceAll("ROLE lake|AUTHORIZATION lake", "$0_" + scene.name());
  }

  /** The blocks of SQL in the page: first that of PostgreSQL, then Spark's. */
  public static List<String> sql() {
    return Page.blocks(Project.DIRECTORY.resolve("docs/lake.md"), "sql");
  }

  /** A container that runs Spark's SQL with this catalog. */
  public SparkContainer sparkSql(String sql) {
    String command = "spark-sql --conf=spark.hadoop.fs.s3a.endpoint=$S3_ENDPOINT -e \"$0\"";
    return scene.job("bash", "-c", command, sql).withEnv(environment());
  }

  /** What a driver needs to know. */
  public Map<String, String> environment() {
    Map<String, String> all = new HashMap<>();
    all.put("LAKE_JDBC_URL", url);
    all.put("LAKE_WAREHOUSE", "s3a://" + Scene.BUCKET + "/" + scene.name() + "/warehouse");
    all.put("LAKE_USER", "lake_" + scene.name());
    all.put("LAKE_PASSWORD", PASSWORD);
    return all;
  }
}
