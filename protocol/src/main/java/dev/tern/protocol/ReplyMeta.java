package dev.tern.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a reply says about itself beside its result. Only v1 has a place for it. Immutable.
 *
 * <p>A class with withers, not a record: so a later key changes nothing for those who make one.
 */
public final class ReplyMeta {
  /** Nothing said. */
  public static final ReplyMeta NONE =
      new ReplyMeta(false, Meta.UNSAID, Meta.UNSAID, Metadata.NONE, null);

  private final boolean replayed;
  private final long queueMicros;
  private final long handlerMicros;
  private final Metadata metadata;
  private final @Nullable Object note;

  private ReplyMeta(
      boolean replayed,
      long queueMicros,
      long handlerMicros,
      Metadata metadata,
      @Nullable Object note) {
    this.replayed = replayed;
    this.queueMicros = queueMicros;
    this.handlerMicros = handlerMicros;
    this.metadata = metadata;
    this.note = note;
  }

  /** Whether the result is a remembered one of an earlier attempt. */
  public boolean replayed() {
    return replayed;
  }

  /** How long the call waited at the server, in microseconds; {@link Meta#UNSAID} if not said. */
  public long queueMicros() {
    return queueMicros;
  }

  /** How long its handler ran, in microseconds; {@link Meta#UNSAID} if not said. */
  public long handlerMicros() {
    return handlerMicros;
  }

  /** What the user's code at the server says beside the result. */
  public Metadata metadata() {
    return metadata;
  }

  /** What the end that has received it keeps with it; null for nothing. It is never sent. */
  public @Nullable Object note() {
    return note;
  }

  /** Keeping something with it at this end. */
  public ReplyMeta withNote(@Nullable Object kept) {
    return new ReplyMeta(replayed, queueMicros, handlerMicros, metadata, kept);
  }

  /** Whether nothing is said. */
  public boolean saysNothing() {
    return !replayed && queueMicros < 0 && handlerMicros < 0 && metadata.isEmpty();
  }

  /** Saying whether the result is a remembered one. */
  public ReplyMeta withReplayed(boolean isReplayed) {
    return isReplayed == replayed
        ? this
        : new ReplyMeta(isReplayed, queueMicros, handlerMicros, metadata, note);
  }

  /**
   * Saying where the time went.
   *
   * @param queue how long the call waited, in microseconds; {@link Meta#UNSAID} not to say it
   * @param handler how long its handler ran, likewise
   */
  public ReplyMeta withMicros(long queue, long handler) {
    return new ReplyMeta(replayed, queue, handler, metadata, note);
  }

  /** Saying this beside the result. */
  public ReplyMeta withMetadata(Metadata said) {
    return new ReplyMeta(replayed, queueMicros, handlerMicros, said, note);
  }
}
