/**
 * Pushes an image so that no tag gets a second content. Runs in Jib's process and uses Jib's own
 * classes for registries and credentials. Uses no other package.
 */
package io.github.ldamasio.rbs.build.push;
