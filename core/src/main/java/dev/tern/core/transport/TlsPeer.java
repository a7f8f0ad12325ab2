package dev.tern.core.transport;

import org.jspecify.annotations.Nullable;

/**
 * What TLS has found out about the peer of a connection. Immutable.
 *
 * @param protocol {@code TLSv1.3} or {@code TLSv1.2}
 * @param name what the certificate of a client calls it, such as {@code tls:spiffe://example/shop}:
 *     1 to 256 visible ASCII characters; null if the server asks for none. At a client always null:
 *     there the host's name has been checked
 */
public record TlsPeer(String protocol, @Nullable String name) {}
