/** Netty's event loop; the only package that sees {@code io.netty}. */
@NullMarked
package dev.tern.transport.netty;

import org.jspecify.annotations.NullMarked;
