/** The image in a container engine: loaded once, run in containers. Uses {@code pin, process}. */
package io.github.ldamasio.rbs.engine;
