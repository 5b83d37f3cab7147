/** What runs in the build and never in the image. Uses {@code inventory}. */
package io.github.ldamasio.rbs.build;
