/** The tests' servers for {@code src/bench}. Uses {@code scene}. */
package io.github.ldamasio.rbs.bench;
