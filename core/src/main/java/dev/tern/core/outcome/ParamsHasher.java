package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.core.spare.Spares;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to hash params: more than a kilobyte, which would be garbage after each call. So a
 * few are kept for whoever comes next. One belongs to one thread at a time.
 */
final class ParamsHasher {
  private static final int HASH_BYTES = 32;
  private static final Spares<ParamsHasher> SPARES = new Spares<>();

  private final MessageDigest digest;
  private final CanonicalParams canonical = new CanonicalParams();
  private final ByteBuffer hash = ByteBuffer.allocate(HASH_BYTES);

  private ParamsHasher() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  /** One for this thread; to be given back, unless it has failed. */
  static ParamsHasher take() {
    ParamsHasher kept = SPARES.take();
    return kept == null ? new ParamsHasher() : kept;
  }

  void giveBack() {
    if (canonical.isSmall()) {
      SPARES.giveBack(this);
    }
  }

  /** The 32 bytes of the hash, to be read before this is given back. */
  ByteBuffer hash(@Nullable Bytes params, Encoding encoding) {
    canonical.read(params == null ? null : encoding.reader(params.joined(), null));
    canonical.update(digest);
    return hash(encoding);
  }

  /**
   * The 32 bytes of the hash of a message, to be read before this is given back.
   *
   * @param content what it says, behind a letter that no other params begin with
   */
  ByteBuffer hashMessage(Consumer<MessageDigest> content, Encoding encoding) {
    digest.update((byte) ParamsHash.VERSION);
    digest.update((byte) 'm');
    content.accept(digest);
    return hash(encoding);
  }

  private ByteBuffer hash(Encoding encoding) {
    if (encoding != JsonEncoding.JSON) {
      digest.update(encoding.label().getBytes(US_ASCII));
    }
    try {
      digest.digest(hash.array(), 0, HASH_BYTES);
    } catch (DigestException e) {
      throw new AssertionError("it has room", e);
    }
    return hash.rewind();
  }
}
