/**
 * {@code --jdbc} and {@code --catalog}: from the URL to a row of the table, or to the catalog's
 * tables. Uses {@code check}, {@code network}, {@code report}, {@code settings} and the image's
 * {@code defaults}.
 */
package io.github.ldamasio.rbs.preflight.jdbc;
