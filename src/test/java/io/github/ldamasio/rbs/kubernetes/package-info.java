/**
 * The manifests that {@code mvn package} leaves in {@code target/k8s}: as texts, checked without a
 * cluster, and as what a cluster makes of them. Uses {@code server}, {@code nested} and {@code
 * pin}.
 */
package io.github.ldamasio.rbs.kubernetes;
