/**
 * How the class list of the warm image is made. Uses {@code scene}, {@code server}, {@code engine}.
 */
package io.github.ldamasio.rbs.warm;
