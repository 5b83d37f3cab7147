/**
 * What a JVM and a Python would do again at each start, done once in the base: a class data sharing
 * archive of Spark's classes, and byte code. Needs a container engine, and no other package.
 */
package io.github.ldamasio.rbs.build.archive;
