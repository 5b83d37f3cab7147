/**
 * What Jib copies into the image: prepared in {@code target/layers} by {@link
 * io.github.ldamasio.rbs.build.layers.Layers}, and divided into layers by {@link
 * io.github.ldamasio.rbs.build.layers.LayerExtension}. Uses {@code inventory}.
 */
package io.github.ldamasio.rbs.build.layers;
