/** What a release does: the tag that starts it, signatures and attestations. */
package io.github.ldamasio.rbs.release;
