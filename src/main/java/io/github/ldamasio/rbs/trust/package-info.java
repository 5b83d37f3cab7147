/** What the programs of a container trust. Needs no other package. */
package io.github.ldamasio.rbs.trust;
