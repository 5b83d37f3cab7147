/**
 * {@code --k8s}: what the service account may do. Uses {@code check}, {@code network}, {@code
 * report} and {@code settings}.
 */
package io.github.ldamasio.rbs.preflight.k8s;
