/**
 * The list of what was added to the base, and what JARs and Python distributions say of themselves:
 * {@code build} and {@code addition} write the list, {@code preflight} reads it. Needs no other
 * package.
 */
package io.github.ldamasio.rbs.inventory;
