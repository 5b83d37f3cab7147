/**
 * {@code --s3}: from the URL to an object, written and gone again. Uses {@code check}, {@code
 * network}, {@code report} and {@code settings}.
 */
package io.github.ldamasio.rbs.preflight.s3;
