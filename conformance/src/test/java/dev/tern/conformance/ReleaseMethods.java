package dev.tern.conformance;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.protocol.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@link ReleaseServer} serves and {@link ReleaseClient} calls. These three files are also
 * compiled against the jars of each release, so they use nothing that the oldest one has not got.
 */
final class ReleaseMethods {
  record Pair(int a, int b) {}

  record Text(String text) {}

  record Blob(Bytes bytes) {}

  record Payment(String account, int cents) {}

  record Item(String sku, int count, BigDecimal price, boolean gift) {}

  record Order(
      UUID id,
      Instant placed,
      List<Item> items,
      Map<String, Long> totals,
      Bytes seal,
      Optional<String> note,
      double weight,
      float share,
      BigInteger huge) {}

  static final Method<Pair, Integer> ADD =
      Method.of("add", Pair.class, Integer.class).effect(Effect.READ);
  static final Method<Text, String> ECHO =
      Method.of("echo", Text.class, String.class).effect(Effect.READ);
  static final Method<Blob, Bytes> BYTES =
      Method.of("bytes", Blob.class, Bytes.class).effect(Effect.READ);
  static final Method<Order, Order> BACK =
      Method.of("back", Order.class, Order.class).effect(Effect.READ);

  static final Method<Void, String> NO_PARAMS =
      Method.of("no.params", Void.class, String.class).effect(Effect.READ);

  /** Opens the gate of that name. */
  static final Method<Text, Void> OPEN = Method.of("open", Text.class, Void.class);

  /** Answers as soon as the gate of that name is open; false if it is not for long. */
  static final Method<Text, Boolean> IS_OPEN =
      Method.of("is.open", Text.class, Boolean.class).effect(Effect.READ);

  /** Opens the gate "began NAME", never ends by itself, and opens "cancelled NAME" if told so. */
  static final Method<Text, String> HANG =
      Method.of("hang", Text.class, String.class).effect(Effect.IDEMPOTENT);

  /** Fails as applications do. */
  static final Method<Text, String> FAIL = Method.of("fail", Text.class, String.class);

  /** Has a fault. */
  static final Method<Text, String> BREAK = Method.of("break", Text.class, String.class);

  /** Is busy the first time that it is called with this text. */
  static final Method<Text, String> BUSY =
      Method.of("busy", Text.class, String.class).effect(Effect.READ);

  /** Answers how often an account has paid. */
  static final Method<Payment, Integer> PAY =
      Method.of("pay", Payment.class, Integer.class).effect(Effect.ONCE);

  /** Answers the metadata "tenant", and says "served-by" beside it. */
  static final Method<Void, String> TENANT =
      Method.of("tenant", Void.class, String.class).effect(Effect.READ);

  /** Answers in which encoding it was asked. */
  static final Method<Void, String> ENCODING =
      Method.of("encoding", Void.class, String.class).effect(Effect.READ);

  private ReleaseMethods() {}
}
