/**
 * The pins as the build reads them: {@code pom.xml} and {@code python-requirements.txt}. Needs no
 * other package.
 */
package io.github.ldamasio.rbs.pin;
