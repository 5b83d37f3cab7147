/**
 * What preflight tells: findings, without secrets, for people and for machines. Needs no other
 * package.
 */
package io.github.ldamasio.rbs.preflight.report;
