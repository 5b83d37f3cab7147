/**
 * The image as a file, without an engine: what is in its layers, which pin or file of the
 * repository claims each part of it, and what is not as it should be. Uses {@code process} and
 * {@code pin}.
 */
package io.github.ldamasio.rbs.audit;
