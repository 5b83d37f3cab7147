/** The image in a container engine: loaded once, run in containers. Uses {@code pin}. */
package io.github.ldamasio.rbs.engine;
