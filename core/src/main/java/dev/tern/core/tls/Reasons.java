package dev.tern.core.tls;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in plain words why there is no TLS with a peer. */
final class Reasons {
  /** As the JDK says it, and OpenSSL. */
  private static final Pattern ALERT =
      Pattern.compile("(?:Received fatal alert: |(?:SSLV3|TLSV1)_ALERT_)(\\w+)");

  private Reasons() {}

  /**
   * For a client.
   *
   * @param showsCertificate whether it has one
   */
  static IOException ofClient(Exception e, boolean showsCertificate) {
    if (e instanceof NoTlsException) {
      return new IOException("it answers without TLS (is this port TLS?)", e);
    }
    String refused = refused(e);
    if (refused != null) {
      return new IOException(refused + ": this client does not trust it", e);
    }
    String alert = alert(e);
    return alert == null ? other(e) : new IOException(saidByServer(alert, showsCertificate), e);
  }

  private static String saidByServer(String alert, boolean showsCertificate) {
    return switch (alert) {
      case "certificate_required" -> "the server wants a certificate of this client";
      case "bad_certificate", "handshake_failure" ->
          showsCertificate
              ? "the server refuses this client (" + alert + ")"
              : "the server wants a certificate of this client, or does not like how it speaks TLS ("
                  + alert
                  + ")";
      case "certificate_unknown",
          "unknown_ca",
          "certificate_expired",
          "certificate_revoked",
          "unsupported_certificate",
          "access_denied" ->
          "the server does not accept the certificate of this client (" + alert + ")";
      case "no_application_protocol" ->
          "the server speaks other protocols there (expected: " + TlsEngines.PROTOCOL + ")";
      case "protocol_version" -> "the server speaks another version of TLS (expected: 1.3 or 1.2)";
      default -> "the server has ended the handshake (" + alert + ")";
    };
  }

  /** For a server. */
  static IOException ofServer(Exception e) {
    if (e instanceof NoTlsException) {
      return new IOException("the client speaks no TLS", e);
    }
    String refused = refused(e);
    if (refused != null) {
      return new IOException(refused + ": a client that is not trusted", e);
    }
    String alert = alert(e);
    return alert == null
        ? other(e)
        : new IOException(
            switch (alert) {
              case "certificate_unknown",
                  "unknown_ca",
                  "bad_certificate",
                  "certificate_expired",
                  "unsupported_certificate" ->
                  "the client does not accept the certificate of this server (" + alert + ")";
              default -> "the client has ended the handshake (" + alert + ")";
            },
            e);
  }

  /** Why this end does not trust a certificate; null if it is about something else. */
  private static @Nullable String refused(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return cause.getMessage();
      }
    }
    return null;
  }

  private static @Nullable String alert(Exception e) {
    Matcher matcher = ALERT.matcher(String.valueOf(e.getMessage()));
    return matcher.find() ? matcher.group(1).toLowerCase(Locale.ROOT) : null;
  }

  private static IOException other(Exception e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("Empty client certificate chain")
        || said.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
      return new IOException("the client has shown no certificate", e);
    }
    if (said.contains("No appropriate protocol")
        || said.toLowerCase(Locale.ROOT).replace('_', ' ').contains("unsupported protocol")) {
      return new IOException("no version of TLS in common (expected: 1.3 or 1.2)", e);
    }
    return new IOException("TLS: " + said, e);
  }
}
