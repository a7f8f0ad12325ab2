package dev.tern.core.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Says why an address cannot be listened on, in the same words whichever transport has failed. */
public final class ListenFailure {

  private ListenFailure() {}

  /**
   * An exception with the address and the reason in its message, such as {@code cannot listen on
   * 127.0.0.1:7070: the port is in use}.
   *
   * @param address what was to be bound
   * @param cause what the system or a library has said
   */
  public static IOException of(InetSocketAddress address, Throwable cause) {
    BindException failure =
        new BindException(
            "cannot listen on " + HostPort.of(address) + ": " + reason(address, cause));
    failure.initCause(cause);
    return failure;
  }

  /** Operating systems and libraries say the same thing by various messages. */
  private static String reason(InetSocketAddress address, Throwable cause) {
    if (address.isUnresolved()) {
      return "the host is unknown";
    }
    String said = String.valueOf(cause.getMessage());
    String lowerCase = said.toLowerCase(Locale.ROOT);
    if (lowerCase.contains("in use")) {
      return "the port is in use";
    }
    if (lowerCase.contains("permission denied")) {
      return "no permission for this port";
    }
    if (lowerCase.contains("assign requested address")) {
      return "not an address of this machine";
    }
    return said;
  }
}
