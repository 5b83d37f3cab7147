/**
 * What the jobs meet: a closed network with PostgreSQL and S3, and the data they read and write.
 * Uses {@code engine}, {@code pin}, {@code process} and {@code server}.
 */
package io.github.ldamasio.rbs.scene;
