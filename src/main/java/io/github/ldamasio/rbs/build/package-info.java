/** What runs in the build and never in the image. Uses {@code manifest}. */
package io.github.ldamasio.rbs.build;
