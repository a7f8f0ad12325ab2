/**
 * TLS over any transport: {@code TlsServer} and {@code TlsClient} say with which files, and put it
 * over a transport; what is above that transport and what is below it do not know of it. {@code
 * TlsConnection} is where it happens.
 */
@NullMarked
package dev.tern.core.tls;

import org.jspecify.annotations.NullMarked;
