/**
 * How a check is run: bounded in time, beside all others, in order where one needs another. Uses
 * {@code report}.
 */
package io.github.ldamasio.rbs.preflight.check;
