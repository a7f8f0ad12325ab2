package dev.tern.core.transport;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port as people write them: {@code example.org:7070}, {@code 127.0.0.1:7070}, {@code
 * [::1]:7070}.
 *
 * @param host a name or an address; brackets around it are left out
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {
  /** Groups: an address in brackets, or a host without a colon; the port. */
  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+(?:%[\\w.-]+)?)]|([^\\[\\]:/\\s]+)):([0-9]{1,9})");

  private static final int MAX_PORT = 65_535;

  /**
   * With the host as it is without brackets: {@link #toString} puts them where they belong.
   *
   * @throws IllegalArgumentException if there is no such port
   */
  public HostPort {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
  }

  /** Of an address, which is not looked up. */
  public static HostPort of(InetSocketAddress address) {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return new HostPort(host, address.getPort());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static HostPort parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      int port = Integer.parseInt(matcher.group(3));
      if (port <= MAX_PORT) {
        return new HostPort(host, port);
      }
      throw new IllegalArgumentException(
          "\"" + text + "\" (expected: HOST:PORT with a port up to " + MAX_PORT + ")");
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" (expected: HOST:PORT, such as 127.0.0.1:7070 or [::1]:7070)");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
