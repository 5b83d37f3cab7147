/**
 * The pins as the build reads them: {@code pom.xml} and the Python lock. Needs no other package.
 */
package io.github.ldamasio.rbs.pin;
