package dev.tern.conformance;

import static dev.tern.conformance.TestCertificates.ANN;
import static dev.tern.conformance.TestCertificates.CA;
import static dev.tern.conformance.TestCertificates.SERVER;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of keys and certificates that are something else, and what is said of them. */
final class PemFileRowsTest {
  private static final String SECRET = "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";

  @TempDir Path folder;

  private Path key(String text) throws IOException {
    return Files.writeString(folder.resolve("key.pem"), text);
  }

  private static String pem(String label, String body) {
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private void expectRefused(Path key, String said) {
    assertThatThrownBy(() -> TlsServer.builder(SERVER.certificate(), key).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining(said)
        .message()
        .doesNotContain("c2Vj");
  }

  @ParameterizedTest
  @CsvSource({
    "RSA PRIVATE KEY, a key in PKCS#1",
    "EC PRIVATE KEY, a key in SEC1",
    "ENCRYPTED PRIVATE KEY, an encrypted key"
  })
  void row154_aKeyInAnotherFormIsRefusedWithTheLineThatConvertsIt(String label, String said)
      throws IOException {
    Path key = key(pem(label, SECRET));

    expectRefused(key, said);
    expectRefused(key, "; openssl pkey -in " + key + " -out NEW.pem converts it)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY"})
  void row154_aKeyThatCannotBeUsedIsRefused(String label) throws IOException {
    expectRefused(key(pem(label, SECRET)), "(expected: ");
  }

  @Test
  void row154_whatIsNoKeyIsRefused() throws IOException {
    expectRefused(key(""), "no private key in it");
    expectRefused(key(SECRET), "no private key in it");
    expectRefused(key("-----BEGIN PRIVATE KEY-----\n" + SECRET), "without its END");
    expectRefused(key("-----BEGIN " + SECRET), "a BEGIN that is none");
    expectRefused(key(pem("PRIVATE KEY", SECRET).repeat(2)), "several keys in it");
    expectRefused(key("0\u0082\u0001"), "a binary file");
    expectRefused(SERVER.certificate(), "no private key in it");
  }

  @Test
  void row154_theKeyOfAnotherCertificateIsRefused() {
    expectRefused(ANN.key(), "not the key of the first certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void row154_aKeyOfEachKindIsReadAndFoundToBeAnothers(String kind)
      throws IOException, GeneralSecurityException {
    byte[] encoded = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate().getEncoded();
    String body = Base64.getMimeEncoder().encodeToString(encoded);

    expectRefused(key(pem("PRIVATE KEY", body)), "not the key of the first certificate");
  }

  @Test
  void row154_aCertificateThatIsNoneIsRefused() throws IOException {
    for (String text : new String[] {"", SECRET, pem("CERTIFICATE", SECRET), pem("CRL", SECRET)}) {
      Path file = Files.write(folder.resolve("cert.pem"), text.getBytes(US_ASCII));
      assertThatThrownBy(() -> TlsClient.builder().authorities(file).open())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining("in PEM");
    }
  }

  @Test
  void row154_aFileThatIsMissingIsNamed() {
    Path none = folder.resolve("none.pem");

    assertThatThrownBy(() -> TlsServer.builder(none, SERVER.key()).open())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(none.toString());
  }

  @Test
  void row154_aFolderIsNamedWithTheReason() {
    assertThatThrownBy(() -> TlsServer.builder(folder, SERVER.key()).open())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder + ": ")
        .hasMessageContaining("directory");
  }

  @Test
  void noSecretIsInATextOfIt() throws IOException {
    try (TlsServer server =
        TlsServer.builder(SERVER.certificate(), SERVER.key()).clientAuthorities(CA).open()) {
      assertThat(server.toString())
          .isEqualTo("TlsServer[%s %s %s]".formatted(SERVER.certificate(), SERVER.key(), CA));
    }
  }
}
