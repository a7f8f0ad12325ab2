package dev.tern.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An authority for tests and for development, made by the JDK's {@code keytool}: its certificate is
 * {@code ca.pem} in a directory, and beside it stands what it has signed. Its own key stands
 * nowhere: once it is closed, nobody can sign with it. All keys are EC (P-256). Not thread-safe; a
 * certificate takes about a second.
 */
public final class DevelopmentCa implements AutoCloseable {
  private static final Pattern FILE_NAME = Pattern.compile("[\\w.-]{1,64}");
  private static final Pattern ALTERNATIVE_NAME = Pattern.compile("(?:dns|ip|uri):[!-+.-~]{1,500}");
  private static final String PASSWORD = "TERN_KEYTOOL_PASSWORD";
  private static final String CA = "ca";

  private final Path directory;
  private final Path store;
  private final String password;

  /**
   * Files of one who has a certificate. All of them are its owner's alone to read.
   *
   * @param certificate PEM: its own certificate
   * @param key PEM: its key, in PKCS#8
   */
  public record Issued(Path certificate, Path key) {}

  private DevelopmentCa(Path directory, Path store, String password) {
    this.directory = directory;
    this.store = store;
    this.password = password;
  }

  /**
   * Makes an authority. Blocks.
   *
   * @param directory is made if it is not there
   * @param commonName what its certificate calls it: letters, digits and spaces
   * @param days how long its certificate is valid
   * @throws IOException if a file cannot be written, is there already, or keytool fails
   */
  public static DevelopmentCa create(Path directory, String commonName, int days)
      throws IOException {
    if (!commonName.matches("[\\w ]{1,64}")) {
      throw new IllegalArgumentException(
          "commonName: \"" + commonName + "\" (expected: letters, digits and spaces)");
    }
    Files.createDirectories(directory);
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    Path temporary = Files.createTempDirectory("tern-ca");
    DevelopmentCa made =
        new DevelopmentCa(
            directory, temporary.resolve("store.p12"), HexFormat.of().formatHex(random));
    try {
      made.generate(
          CA,
          days,
          List.of(
              "-dname", "CN=" + commonName, "-ext", "bc:c", "-ext", "ku:c=keyCertSign,cRLSign"));
      write(made.certificate(), "CERTIFICATE", made.certificateOf(CA));
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** PEM: the authority's own certificate. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * Signs a certificate that is valid from now on. Blocks.
   *
   * @param name of the files: {@code NAME.pem} and {@code NAME-key.pem}
   * @param alternativeNames such as {@code dns:localhost}, {@code ip:127.0.0.1}, {@code
   *     uri:spiffe://example/shop}
   * @throws IOException if a file cannot be written, is there already, or keytool fails
   */
  public Issued issue(String name, int days, String... alternativeNames) throws IOException {
    return issue(name, days, 0, alternativeNames);
  }

  /**
   * Signs a certificate. Blocks.
   *
   * @param daysAgo since when it is valid: a certificate for fewer days has expired
   * @throws IOException if a file cannot be written, is there already, or keytool fails
   */
  public Issued issue(String name, int days, int daysAgo, String... alternativeNames)
      throws IOException {
    if (!FILE_NAME.matcher(name).matches() || name.equals(CA)) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" (expected: letters, digits or _ . -, and not ca)");
    }
    List<String> options =
        new ArrayList<>(List.of("-dname", "CN=" + name, "-signer", CA, "-startdate"));
    options.add("-" + daysAgo + "d");
    if (alternativeNames.length > 0) {
      for (String alternative : alternativeNames) {
        if (!ALTERNATIVE_NAME.matcher(alternative).matches()) {
          throw new IllegalArgumentException(
              "\"" + alternative + "\" (expected: dns:NAME, ip:ADDRESS or uri:URI)");
        }
      }
      options.addAll(List.of("-ext", "san=" + String.join(",", alternativeNames)));
    }
    Issued issued =
        new Issued(directory.resolve(name + ".pem"), directory.resolve(name + "-key.pem"));
    generate(name, days, options);
    write(issued.certificate(), "CERTIFICATE", certificateOf(name));
    write(issued.key(), "PRIVATE KEY", keyOf(name));
    return issued;
  }

  private void generate(String alias, int days, List<String> options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", // it lives for a second
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                String.valueOf(days),
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass:env",
                PASSWORD));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD, password);
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // which would write among what it says
    Process keytool = builder.start();
    keytool.getOutputStream().close();
    try (InputStream said = keytool.getInputStream()) {
      String text = new String(said.readAllBytes(), UTF_8).strip();
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool: " + text);
      }
    } catch (InterruptedException e) {
      keytool.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }

  private byte[] certificateOf(String alias) throws IOException {
    try {
      Certificate[] chain = load().getCertificateChain(alias);
      return chain[0].getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool has made no certificate", e);
    }
  }

  private byte[] keyOf(String alias) throws IOException {
    try {
      Key key = load().getKey(alias, password.toCharArray());
      return key.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool has made no key", e);
    }
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, password.toCharArray());
    }
    return loaded;
  }

  private static void write(Path file, String label, byte[] encoded) throws IOException {
    boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownersOnly =
        isPosix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var out = Channels.newOutputStream(Files.newByteChannel(file, fresh, ownersOnly))) {
      out.write(pem.getBytes(US_ASCII));
    }
  }

  /** Its key is gone; what it has signed stays. Idempotent. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(store);
    Path temporary = store.getParent();
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    }
  }

  /** Where it stands; nothing of a key. */
  @Override
  public String toString() {
    return "DevelopmentCa[" + directory + "]";
  }
}
