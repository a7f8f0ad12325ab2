package dev.tern.core.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate calls its owner: its first URI, else its first DNS name, of those in its
 * subject alternative names. The subject itself is for people, and says nothing that an authority
 * has looked at.
 */
final class CertificateName {
  /** So begin the names of callers that show a certificate; those of tokens begin otherwise. */
  private static final String PREFIX = "tls:";

  /** As long as the name of a caller may be. */
  private static final int MAX_LENGTH = 256;

  /** Kinds of subject alternative names in RFC 5280. */
  private static final int DNS = 2;

  private static final int URI = 6;

  private static final String IN_DNS = "-._*";
  private static final String IN_URI = "-._~:/?#[]@!$&'()*+,;=";

  private CertificateName() {}

  /**
   * The name of a caller with this certificate; null if it has none that can be one.
   *
   * <p>A URI stands as it is, a DNS name in small letters. What has no place in one is written as
   * in a URI, {@code %0A}; a percent sign in a URI stays. So no two kinds look alike: a URI has a
   * colon, a DNS name none.
   */
  static @Nullable String of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return null;
    }
    if (names == null) {
      return null;
    }
    String uri = first(names, URI);
    String dns = first(names, DNS);
    if (uri != null) {
      return uri.contains(":") ? bounded(escaped(uri, IN_URI + "%")) : null;
    }
    return dns == null ? null : bounded(escaped(dns.toLowerCase(Locale.ROOT), IN_DNS));
  }

  /** All hosts that it names, for people; empty if there are none. */
  static List<String> hostsOf(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(1) instanceof String)
              .map(name -> escaped((String) name.get(1), IN_URI))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static @Nullable String first(Collection<List<?>> names, int kind) {
    for (List<?> name : names) {
      if (name.get(0).equals(kind) && name.get(1) instanceof String text && !text.isEmpty()) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable String bounded(String name) {
    return name.length() > MAX_LENGTH - PREFIX.length() ? null : PREFIX + name;
  }

  private static String escaped(String text, String allowed) {
    StringBuilder out = new StringBuilder(text.length());
    for (byte one : text.getBytes(UTF_8)) {
      char c = (char) (one & 0xFF);
      boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || allowed.indexOf(c) >= 0);
      if (isPlain) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
      }
    }
    return out.toString();
  }
}
