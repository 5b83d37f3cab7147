/**
 * What the job will be started with: spark-defaults.conf, the environment and {@code --conf}. Uses
 * {@code report}.
 */
package io.github.ldamasio.rbs.preflight.settings;
