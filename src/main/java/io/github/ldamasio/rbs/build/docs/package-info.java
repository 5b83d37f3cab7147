/** What the repository determines, written into its pages and into the VEX document. */
package io.github.ldamasio.rbs.build.docs;
