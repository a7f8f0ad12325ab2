package dev.tern.core.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files that say who this end is and whom it trusts. Immutable.
 *
 * @param certificates its own first, then those of the authorities between; null if it shows none
 * @param key of the first certificate; null if there is none
 * @param authorities who may sign the certificates of peers; null for those that the JDK trusts
 */
record TlsFiles(@Nullable Path certificates, @Nullable Path key, @Nullable Path authorities) {

  /** What they hold at one moment; equal if all of it is. */
  record Content(
      @Nullable PemFile certificates, @Nullable PemFile key, @Nullable PemFile authorities) {

    /**
     * What a server makes of it.
     *
     * @throws IllegalArgumentException if something is wrong, naming the file
     */
    TlsContext ofServer(TlsEngines engines) {
      return TlsContext.ofServer(engines, own(), trusted());
    }

    /**
     * What a client makes of it.
     *
     * @throws IllegalArgumentException if something is wrong, naming the file
     */
    TlsContext ofClient(TlsEngines engines) {
      return TlsContext.ofClient(engines, own(), trusted());
    }

    private @Nullable OwnKey own() {
      return certificates == null
          ? null
          : new OwnKey(certificates, Objects.requireNonNull(key, "with its certificates"));
    }

    private @Nullable List<X509Certificate> trusted() {
      return authorities == null ? null : authorities.certificates();
    }
  }

  /** Reads all of them. Blocks. */
  Content read() throws IOException {
    return new Content(read(certificates), read(key), read(authorities));
  }

  private static @Nullable PemFile read(@Nullable Path file) throws IOException {
    return file == null ? null : PemFile.read(file);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Path file : new Path[] {certificates, key, authorities}) {
      if (file != null) {
        out.append(out.isEmpty() ? "" : " ").append(file);
      }
    }
    return out.toString();
  }
}
