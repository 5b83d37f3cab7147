/**
 * {@code --jdbc}: from the URL to a row of the table. Uses {@code check}, {@code network}, {@code
 * report} and {@code settings}.
 */
package io.github.ldamasio.rbs.preflight.jdbc;
