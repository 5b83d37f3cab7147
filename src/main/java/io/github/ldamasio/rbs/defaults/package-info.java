/**
 * The image's defaults that do not depend on the configuration directory, and what a driver is told
 * as it starts. Needs no other package.
 */
package io.github.ldamasio.rbs.defaults;
