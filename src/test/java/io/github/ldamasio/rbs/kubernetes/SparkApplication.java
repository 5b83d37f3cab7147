package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pods that the Spark operator and Spark make of a SparkApplication. */
record SparkApplication(ObjectNode object) {
  /** Spark's own in cluster mode. */
  private static final String DRIVER_PORT = "7078";

  /** The driver's and the executors'. */
  List<Pod> pods() {
    return List.of(pod("driver"), pod("executor"));
  }

  /** The template of a pod, for {@code spark.kubernetes.….podTemplateFile}. */
  ObjectNode template(String role) {
    return object.at("/spec/" + role + "/template").deepCopy();
  }

  private Pod pod(String role) {
    JsonNode of = object.at("/spec/" + role);
    Map<String, String> labels = new LinkedHashMap<>();
    of.path("labels").properties().forEach(label -> labels.put(label.getKey(), text(label)));
    labels.put("spark-role", role);
    Map<String, String> settings = new LinkedHashMap<>(Map.of("spark.driver.port", DRIVER_PORT));
    object
        .at("/spec/sparkConf")
        .properties()
        .forEach(each -> settings.put(each.getKey(), text(each)));
    String image = object.at("/spec/image").asText();
    settings.put("spark.kubernetes.container.image", image);
    ObjectNode spec = (ObjectNode) template(role).path("spec");
    ObjectNode main = (ObjectNode) spec.at("/containers/0");
    main.put("image", image);
    if (role.equals("driver")) {
      spec.set("serviceAccountName", of.path("serviceAccount"));
      size(main, of.path("memory").asText());
    }
    String name = Manifests.name(object) + (role.equals("driver") ? "" : "'s " + role);
    return new Pod(name, labels, spec, settings);
  }

  /** As Spark sizes a driver in Python: its heap, which is in GiB, and 40 %. */
  private static void size(ObjectNode container, String heap) {
    container.putArray("env").addObject().put("name", "SPARK_DRIVER_MEMORY").put("value", heap);
    String memory = Long.parseLong(heap.replace("g", "")) * 1024 * 14 / 10 + "Mi";
    for (String bound : List.of("requests", "limits")) {
      container.withObject("/resources/" + bound).put("memory", memory);
    }
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().asText();
  }
}
