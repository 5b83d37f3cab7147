/**
 * The manifests that {@code mvn package} leaves in {@code target/k8s}: checked without a cluster,
 * and run on one. Uses {@code pin}, {@code process}, {@code scene} and {@code server}.
 */
package io.github.ldamasio.rbs.kubernetes;
