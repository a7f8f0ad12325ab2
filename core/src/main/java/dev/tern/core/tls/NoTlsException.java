package dev.tern.core.tls;

import java.io.IOException;

/** The peer has begun with what is no TLS. */
final class NoTlsException extends IOException {
  private static final long serialVersionUID = 1L;

  NoTlsException() {
    super("no TLS");
  }
}
