/**
 * How the warm image's layer is made: the cold image runs the job in {@code src/main/warm}, and
 * what its JVM and its Python would do again at each start is kept. Run by the profile {@code
 * warm}. Uses {@code server}, {@code engine}, {@code nested} and {@code pin}.
 */
package io.github.ldamasio.rbs.warm;
