/**
 * The image's defaults that do not depend on the configuration directory, and what a driver is told
 * as it starts: hidden JARs, and the catalog of its environment. Uses {@code inventory}.
 */
package io.github.ldamasio.rbs.defaults;
