/**
 * How the list of the class archive's classes is made. Uses {@code scene}, {@code server}, {@code
 * engine}.
 */
package io.github.ldamasio.rbs.training;
