/**
 * The image's defaults that do not depend on the configuration directory, and what a driver is told
 * as it starts. Uses {@code inventory}.
 */
package io.github.ldamasio.rbs.defaults;
