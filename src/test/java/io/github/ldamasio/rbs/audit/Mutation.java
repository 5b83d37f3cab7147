package io.github.ldamasio.rbs.audit;

import java.util.List;

/** A changed image, and everything that an audit of it has to find. */
record Mutation(String name, BuiltImage image, List<Discrepancy> discrepancies) {
  @Override
  public String toString() {
    return name;
  }
}
