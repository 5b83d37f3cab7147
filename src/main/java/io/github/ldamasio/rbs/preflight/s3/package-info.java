/**
 * {@code --s3}: from the URL to an object that is written and deleted. Uses {@code check}, {@code
 * network}, {@code report} and {@code settings}.
 */
package io.github.ldamasio.rbs.preflight.s3;
