/**
 * The image itself and the container around it: what the checks without arguments look at. Uses
 * {@code check}, {@code inventory} and {@code settings}.
 */
package io.github.ldamasio.rbs.preflight.image;
