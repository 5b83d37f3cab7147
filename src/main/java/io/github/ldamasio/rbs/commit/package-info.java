/** How files that Spark writes to S3 are committed. Needs no other package. */
package io.github.ldamasio.rbs.commit;
