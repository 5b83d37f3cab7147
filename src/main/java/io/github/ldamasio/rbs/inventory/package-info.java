/**
 * The list of what the build baked into the image: {@code build} writes it, {@code preflight} reads
 * it in the image. Needs no other package.
 */
package io.github.ldamasio.rbs.inventory;
