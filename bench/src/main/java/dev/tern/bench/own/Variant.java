package dev.tern.bench.own;

import dev.tern.core.Effect;
import dev.tern.core.client.CallOptions;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.tls.TlsEngines;
import dev.tern.transport.netty.NettyOpenSsl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is on, or off, beside what comes. */
enum Variant {
  /** Retries are on; the methods are READ, so that nothing is remembered. */
  AS_IT_COMES("", Effect.READ, null),
  /** Each call with the same key; the methods are READ. */
  KEYED("with a key", Effect.READ, "3f2b8c1e-0007-4d6a-9b1f-5a7c2e8d0f61"),
  /** No retries, no store. */
  OFF("retries off", Effect.READ, null),
  /** Retries are on and there is a store; the methods are READ and have no need of either. */
  IDLE("retries and a store on, idle", Effect.READ, null),
  /**
   * Each call is an operation that happens once, remembered for a second: give it 1 GiB of heap.
   */
  ONCE("each call once, remembered for 1 s", Effect.ONCE, null),
  /** Each call is an operation that happens once; the store has a thousand outcomes besides. */
  THOUSAND("each call once, beside a thousand outcomes", Effect.ONCE, null),
  /** Each call is an operation that happens once; the store has a million outcomes besides. */
  MILLION("each call once, beside a million outcomes", Effect.ONCE, null),
  /** A limit of running calls that is never reached; inline methods have none. */
  LIMITED("under a limit", Effect.READ, null),
  /** TLS 1.3, the JDK's, with a certificate of the server alone. */
  TLS("TLS", Effect.READ, null),
  /** TLS 1.3 with a certificate of the server alone, where OpenSSL encrypts at both ends. */
  OPENSSL("TLS by OpenSSL", Effect.READ, null),
  /** Its client speaks MessagePack. */
  MSGPACK("in MessagePack", Effect.READ, null),
  /** Likewise, and bytes are views of the frames in which they came. */
  VIEW("in MessagePack, bytes as views", Effect.READ, null),
  /** A hundred calls leave in one frame. */
  BATCH("a hundred calls in a batch", Effect.READ, null),
  /** A hundred calls leave at once, each in a frame of its own. */
  TOGETHER("a hundred calls at once", Effect.READ, null),
  /** The client asks a silent connection for life, also while it waits for nothing. */
  WARM("asked to stay warm", Effect.READ, null);

  private static final int MANY = 100_000;

  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** All callers are anonymous, and have a quarter of it: some 600,000 operations. */
  private static final long STORE_BYTES = 1L << 30;

  final String words;
  final Effect effect;
  private final @Nullable String key;

  Variant(String words, Effect effect, @Nullable String key) {
    this.words = words;
    this.effect = effect;
    this.key = key;
  }

  CallOptions options() {
    return key == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withKey(key);
  }

  /** More than ever run: what a limit costs that refuses nothing. */
  @Nullable ConcurrencyLimit limit() {
    return this == LIMITED ? ConcurrencyLimit.fixed(MANY).fairShare(1) : null;
  }

  RetryPolicy policy() {
    return this == OFF ? RetryPolicy.NONE : RetryPolicy.DEFAULT;
  }

  /** What encrypts; null for nothing, or the JDK. */
  @Nullable TlsEngines engines() {
    return this == OPENSSL ? NettyOpenSsl.engines() : null;
  }

  boolean isMessagePack() {
    return this == MSGPACK || this == VIEW;
  }

  boolean hasTls() {
    return this == TLS || this == OPENSSL;
  }

  boolean hasStore() {
    return effect == Effect.ONCE || this == IDLE;
  }

  /** To be closed by whoever asks. */
  OutcomeStore store() {
    MemoryStore.Builder builder = MemoryStore.builder().window(WINDOW).bytes(STORE_BYTES);
    return switch (this) {
      case THOUSAND -> FilledStore.with(1_000, builder);
      case MILLION -> FilledStore.with(1_000_000, builder);
      default -> builder.build();
    };
  }
}
