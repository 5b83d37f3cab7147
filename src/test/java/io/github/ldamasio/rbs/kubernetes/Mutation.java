package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A change that breaks a rule, of a variant's manifests: a line of {@code mutations.txt}. */
record Mutation(String name, Rule rule, Variant variant, UnaryOperator<Manifests> change) {
  private static final String POD = "/spec/template/spec";
  private static final String MAIN = POD + "/containers/0";

  @Override
  public String toString() {
    return rule + ": " + name;
  }

  /** Changes of which each breaks one rule. */
  static Stream<Mutation> all() {
    try (InputStream lines = Mutation.class.getResourceAsStream("mutations.txt")) {
      return Stream.concat(
          new String(lines.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.contains(" | ") && !line.startsWith("#"))
              .map(line -> parse(line.split(" \\| ", 7))),
          Stream.of(
              new Mutation(
                  "a Secret that is applied", Rule.SECRET, Variant.ONE_POD, Mutation::applySecret),
              new Mutation("a password", Rule.SECRET, Variant.ONE_POD, Mutation::addPassword),
              new Mutation("no denial", Rule.TRAFFIC, Variant.ONE_POD, Mutation::dropDenial)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mutation parse(String[] words) {
    return new Mutation(
        words[6],
        Rule.valueOf(words[0]),
        Variant.valueOf(words[1]),
        manifests -> {
          apply(manifests, words[2], words[3], words[4], words[5]);
          return manifests;
        });
  }

  private static void apply(
      Manifests manifests, String object, String where, String field, String value) {
    switch (object) {
      case "template" -> {
        ObjectNode data = (ObjectNode) manifests.get("ConfigMap", "executor-pod").path("data");
        String pod = data.path("executor-pod.yaml").asText();
        data.put("executor-pod.yaml", pod.replace(field, value));
      }
      case "argument" -> {
        ArrayNode arguments = (ArrayNode) manifests.get("Job", "bronze").at(MAIN + "/args");
        for (int i = 0; i < arguments.size(); i++) {
          int found = arguments.path(i).asText().indexOf(field);
          if (found >= 0) {
            arguments.set(i, arguments.path(i).asText().substring(0, found) + value);
          }
        }
      }
      default -> {
        String[] name = object.split("/");
        String pointer = where.replaceFirst("^MAIN", MAIN).replaceFirst("^POD", POD);
        JsonNode parent = manifests.get(name[0], name[1]).at(pointer.equals("/") ? "" : pointer);
        if (parent instanceof ArrayNode array) {
          array.add(yaml(value));
        } else if (value.equals("-")) {
          ((ObjectNode) parent).remove(field);
        } else {
          ((ObjectNode) parent).set(field, yaml(value));
        }
      }
    }
  }

  private static Manifests applySecret(Manifests manifests) {
    List<ObjectNode> objects = new ArrayList<>(manifests.objects());
    ObjectNode secret = manifests.secrets().get(0).deepCopy();
    secret.withObject("/metadata").put("namespace", "rbs-spark");
    objects.add(secret);
    return new Manifests(objects, manifests.secrets());
  }

  private static Manifests addPassword(Manifests manifests) {
    ((ObjectNode) manifests.secrets().get(0).path("stringData")).put("PGPASSWORD", "x");
    return manifests;
  }

  private static Manifests dropDenial(Manifests manifests) {
    return new Manifests(
        manifests.objects().stream()
            .filter(object -> !Manifests.name(object).equals("deny-all"))
            .toList(),
        manifests.secrets());
  }

  private static JsonNode yaml(String value) {
    try {
      return new YAMLMapper().readTree(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value, e);
    }
  }
}
