package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.process.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The pages that {@code scrape_metrics.py} found, and their metrics. */
final class PrometheusPages {
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\]*\"";

  /** A line of Prometheus' text format with labels: https://prometheus.io/docs/instrumenting/. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:][a-zA-Z0-9_:]*\\{%1$s(?:, ?%1$s)*} ([-+]?[0-9]+([.][0-9]+)?(E-?[0-9]+)?|NaN)"
              .formatted(LABEL));

  private PrometheusPages() {}

  /** Each page by its path. */
  static Map<String, JsonNode> of(Result job) throws JsonProcessingException {
    Map<String, JsonNode> pages = new TreeMap<>();
    for (String line : job.stdout().lines().toList()) {
      if (line.startsWith("{")) {
        JsonNode page = new ObjectMapper().readTree(line);
        pages.put(page.path("path").asText(), page);
      }
    }
    return pages;
  }

  /** The names of the samples; each line is a sample. */
  static List<String> samples(JsonNode page) {
    List<String> names = new ArrayList<>();
    for (String line : page.path("text").asText().lines().toList()) {
      assertThat(line).matches(SAMPLE);
      names.add(line.substring(0, line.indexOf('{')).replaceFirst("_$", ""));
    }
    assertThat(names).isNotEmpty();
    return names;
  }
}
