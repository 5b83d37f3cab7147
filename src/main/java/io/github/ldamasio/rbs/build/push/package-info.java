/**
 * What stands before a push, and does it. Runs in Jib's process and uses Jib's own classes for
 * registries and credentials. Needs no other package.
 */
package io.github.ldamasio.rbs.build.push;
