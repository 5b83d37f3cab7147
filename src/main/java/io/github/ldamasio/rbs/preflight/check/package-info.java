/**
 * How a check is run: bounded in time, in parallel with others, in order where one needs another.
 * Uses {@code report}.
 */
package io.github.ldamasio.rbs.preflight.check;
