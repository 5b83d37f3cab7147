/** Directories as wholes, and keys of what a step of the build reads. Uses {@code inventory}. */
package io.github.ldamasio.rbs.build.file;
