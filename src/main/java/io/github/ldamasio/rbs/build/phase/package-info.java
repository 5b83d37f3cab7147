/**
 * The phases and what each adds to its base, as the POM and the Python locks say. Needs no other
 * package.
 */
package io.github.ldamasio.rbs.build.phase;
