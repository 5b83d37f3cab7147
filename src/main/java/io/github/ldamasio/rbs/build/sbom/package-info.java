/**
 * The list of everything in the image, which Jib asks for whenever it builds one. Runs in Jib's
 * process, and uses {@code inventory} for hashes.
 */
package io.github.ldamasio.rbs.build.sbom;
