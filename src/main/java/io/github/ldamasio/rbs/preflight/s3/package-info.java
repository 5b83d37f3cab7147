/**
 * {@code --s3}: from the URL to an object that is written and deleted. Uses {@code check}, {@code
 * network}, {@code report}, {@code settings} and the image's {@code defaults}.
 */
package io.github.ldamasio.rbs.preflight.s3;
