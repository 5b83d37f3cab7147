/**
 * {@code rbs-add}: wheels and JARs for an image that is built from this one. Uses {@code
 * inventory}.
 */
package io.github.ldamasio.rbs.addition;
