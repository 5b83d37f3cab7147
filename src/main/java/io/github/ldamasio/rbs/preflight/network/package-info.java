/** The route to a server, step by step: name, connection, TLS. Uses {@code check}. */
package io.github.ldamasio.rbs.preflight.network;
