package dev.tern.cli.visit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what a peer speaks that is none of Tern's, by the first bytes that it sent. */
final class ForeignProtocol {
  /** As many bytes are looked at. */
  static final int LOOKED_AT = 64;

  /** Length, type, flags and the number of the stream. */
  private static final int HTTP2_HEADER = 9;

  private static final int HTTP2_SETTINGS = 4;
  private static final int HTTP2_GOAWAY = 7;

  private ForeignProtocol() {}

  /** What it is, in a clause such as "speaks HTTP, not Tern"; null if nobody can tell. */
  static @Nullable String of(byte[] first) {
    if (isHttp2(first)) {
      return "speaks HTTP/2, as gRPC does, not Tern";
    }
    if (first.length >= 2 && (first[0] == 0x15 || first[0] == 0x16) && first[1] == 3) {
      return "speaks TLS; --tls may be missing";
    }
    String line = new String(first, ISO_8859_1).split("\r|\n", 2)[0];
    if (line.length() < 4 || !line.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
      return null;
    }
    String upperCase = line.toUpperCase(Locale.ROOT);
    String name =
        upperCase.startsWith("HTTP/") ? "HTTP" : upperCase.startsWith("SSH-") ? "SSH" : "text";
    return "speaks " + name + ", not Tern; it said \"" + line + "\"";
  }

  /** Its server's first frame is SETTINGS, or GOAWAY, of the connection itself. */
  private static boolean isHttp2(byte[] first) {
    if (first.length < HTTP2_HEADER || first[0] != 0) {
      return false;
    }
    boolean ofConnection = first[5] == 0 && first[6] == 0 && first[7] == 0 && first[8] == 0;
    return ofConnection && (first[3] == HTTP2_SETTINGS || first[3] == HTTP2_GOAWAY);
  }
}
