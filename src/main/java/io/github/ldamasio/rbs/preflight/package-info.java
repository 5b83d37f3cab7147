/**
 * {@code rbs-preflight}: says in seconds what would end a job after minutes. Uses all packages
 * below it.
 */
package io.github.ldamasio.rbs.preflight;
