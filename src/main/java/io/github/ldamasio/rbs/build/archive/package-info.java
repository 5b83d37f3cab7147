/**
 * What a JVM and a Python would do again at each start, done once in the base: a class data sharing
 * archive of Spark's classes, and byte code. Uses {@code file}, {@code inventory}.
 */
package io.github.ldamasio.rbs.build.archive;
