package dev.tern.cli;

/**
 * Where a server listens.
 *
 * @param host a name or an address, without brackets
 */
record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
