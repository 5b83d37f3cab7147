/**
 * Real servers for the tests: PostgreSQL and S3 in containers of the image itself, so that nothing
 * is pulled, and a registry on the loopback interface. Uses {@code process}, {@code engine} and
 * {@code pin}.
 */
package io.github.ldamasio.rbs.server;
