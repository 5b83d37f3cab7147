/** What {@code src/bench} needs of the tests' servers. Uses {@code server}. */
package io.github.ldamasio.rbs.bench;
