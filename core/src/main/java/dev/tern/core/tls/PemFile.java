package dev.tern.core.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a PEM file holds: certificates, or a private key in PKCS#8. Whatever is wrong with it, the
 * message names the file and repeats nothing of what is in it. Immutable.
 *
 * @param path for messages
 * @param text the content, a character a byte
 */
record PemFile(Path path, String text) {
  /** More than the certificates of all public authorities need. */
  static final int MAX_BYTES = 4 << 20;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final Pattern LABEL = Pattern.compile("[A-Z0-9 ]{1,40}");
  private static final String PKCS8 = "PRIVATE KEY";
  private static final List<String> KINDS_OF_KEY = List.of("RSA", "EC", "Ed25519");

  private record Block(String label, String body) {
    /** The bytes that it stands for. */
    byte[] decoded() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  /**
   * Reads a file. Blocks.
   *
   * @throws IOException if it cannot be read, or is too long
   */
  static PemFile read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FileSystemException(path.toString(), null, "over " + MAX_BYTES + " bytes");
      }
      return new PemFile(path, new String(bytes, ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(path.toString(), null, "no such file");
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(path.toString(), null, "no permission to read it");
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) { // such as of a directory, which names no file
      throw new FileSystemException(path.toString(), null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The certificates, in the order in which they stand there; at least one.
   *
   * @throws IllegalArgumentException if it is something else
   */
  List<X509Certificate> certificates() {
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.label().equals("CERTIFICATE")) {
        found.add(certificate(block));
      }
    }
    if (found.isEmpty()) {
      throw wrong("no certificate in it", "BEGIN CERTIFICATE, in PEM");
    }
    return List.copyOf(found);
  }

  private X509Certificate certificate(Block block) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate)
          factory.generateCertificate(new ByteArrayInputStream(block.decoded()));
    } catch (CertificateException | IllegalArgumentException e) {
      throw wrong("a certificate in it cannot be read", "X.509, in PEM");
    }
  }

  /**
   * The private key.
   *
   * @throws IllegalArgumentException if there is none, more than one, or one in another form: with
   *     the command that converts it
   */
  PrivateKey privateKey() {
    List<Block> keys = blocks().stream().filter(block -> block.label().endsWith(PKCS8)).toList();
    if (keys.size() != 1) {
      throw wrong(keys.isEmpty() ? "no private key in it" : "several keys in it", "one " + form());
    }
    Block key = keys.getFirst();
    return switch (key.label()) {
      case PKCS8 -> pkcs8(key);
      case "RSA PRIVATE KEY" -> throw toConvert("a key in PKCS#1");
      case "EC PRIVATE KEY" -> throw toConvert("a key in SEC1");
      case "ENCRYPTED PRIVATE KEY" -> throw toConvert("an encrypted key");
      case "DSA PRIVATE KEY" -> throw wrong("a DSA key", "RSA, EC or Ed25519");
      case "OPENSSH PRIVATE KEY" ->
          throw wrong("a key of OpenSSH's", form() + "; ssh-keygen -p -m PKCS8 -f KEY converts it");
      default -> throw toConvert("a key in another form");
    };
  }

  private PrivateKey pkcs8(Block block) {
    byte[] encoded;
    try {
      encoded = block.decoded();
    } catch (IllegalArgumentException e) {
      throw wrong("a key that is no Base64", form());
    }
    for (String kind : KINDS_OF_KEY) {
      PrivateKey key = keyOf(kind, encoded);
      if (key != null) {
        return key;
      }
    }
    throw wrong("a key of another kind, or a broken one", "RSA, EC or Ed25519");
  }

  /** The key; null if it is of another kind. */
  private static @Nullable PrivateKey keyOf(String kind, byte[] encoded) {
    try {
      return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + kind, e);
    }
  }

  private static String form() {
    return "BEGIN PRIVATE KEY, which is PKCS#8 in PEM";
  }

  private IllegalArgumentException toConvert(String what) {
    return wrong(what, form() + "; openssl pkey -in " + path + " -out NEW.pem converts it");
  }

  private IllegalArgumentException wrong(String what, String expected) {
    return new IllegalArgumentException(path + ": " + what + " (expected: " + expected + ")");
  }

  /** All that stands between its lines of BEGIN and END. */
  private List<Block> blocks() {
    List<Block> found = new ArrayList<>();
    for (int begin = text.indexOf(BEGIN); begin >= 0; ) {
      int from = begin + BEGIN.length();
      int to = text.indexOf(DASHES, from);
      String label = to < 0 ? "" : text.substring(from, to);
      if (!LABEL.matcher(label).matches()) {
        throw wrong("a BEGIN that is none", "BEGIN, END and Base64 between them");
      }
      int end = text.indexOf(END + label + DASHES, to);
      if (end < 0) {
        throw wrong("BEGIN " + label + " without its END", "the whole file");
      }
      found.add(new Block(label, text.substring(to + DASHES.length(), end)));
      begin = text.indexOf(BEGIN, end);
    }
    if (found.isEmpty() && text.startsWith("0")) { // how DER begins, and PKCS#12
      throw wrong(
          "a binary file",
          "PEM; openssl pkcs12 -in "
              + path
              + " -nodes -out NEW.pem converts PKCS#12, openssl pkey -inform DER or openssl x509"
              + " -inform DER the others");
    }
    return found;
  }

  /** Nothing of what is in it. */
  @Override
  public String toString() {
    return "PemFile[" + path + "]";
  }
}
