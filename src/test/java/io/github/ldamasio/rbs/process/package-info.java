/**
 * Builds inside a test: copies of the project in which Maven runs once more, and other commands.
 * Uses {@code pin}.
 */
package io.github.ldamasio.rbs.process;
