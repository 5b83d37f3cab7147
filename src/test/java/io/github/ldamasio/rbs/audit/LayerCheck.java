package io.github.ldamasio.rbs.audit;

import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Each wheel has a layer of its own, and so have the JARs of each groupId: another version of one
 * leaves all other layers as they are.
 */
record LayerCheck(Claims claims) {

  Stream<Discrepancy> discrepancies(BuiltImage image) {
    Map<ImagePath, String> components =
        claims.all().stream()
            .collect(toMap(Claim::path, Claim::component, (first, second) -> first));
    Stream.Builder<Discrepancy> discrepancies = Stream.builder();
    Map<String, Integer> layers = new TreeMap<>();
    for (Layer layer : image.added()) {
      Set<String> inLayer = new TreeSet<>();
      for (Entry entry : layer.entries()) {
        if (components.containsKey(entry.path())) {
          inLayer.add(components.get(entry.path()));
        }
      }
      if (inLayer.size() > 1) {
        discrepancies.add(new Discrepancy.SharedLayer(List.copyOf(inLayer)));
      }
      inLayer.forEach(component -> layers.merge(component, 1, Integer::sum));
    }
    layers.remove(Claim.NONE);
    layers.forEach(
        (component, count) -> {
          if (count > 1) {
            discrepancies.add(new Discrepancy.SeveralLayers(component, count));
          }
        });
    return discrepancies.build();
  }
}
