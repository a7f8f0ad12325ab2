package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replies to one batch. They leave together, in one frame, when each of its calls has ended; a
 * batch of notifications has none. So that they fit into a frame, the largest results give way to
 * TOO_LARGE, "yes". In the session's serial context, but for {@link Slot#neverCompress}.
 */
final class Batch {

  /** What takes the replies when they are complete. */
  interface Owner {
    /**
     * Takes them.
     *
     * @param replies one frame's payload; null if there is nothing to reply
     */
    void complete(Batch batch, @Nullable Bytes replies);

    /** So many more bytes of replies are held; negative for fewer. */
    void gathered(long bytes);
  }

  private static final Names NO_METHODS = Names.of();

  /** Between two replies, at most. */
  private static final int SEPARATOR_BYTES = 1;

  /** Around all replies, at most. */
  private static final int AROUND_BYTES = 8;

  /** What the shortest reply takes, and a little more. */
  private static final int LEAST_REPLY_BYTES = 256;

  /**
   * One of them.
   *
   * @param isShort whether it has given way to a larger one already
   */
  private record Entry(WireFormat format, @Nullable Id id, Bytes reply, boolean isShort) {
    long bytes() {
      return (long) reply.length() + SEPARATOR_BYTES;
    }
  }

  /** For one request: its reply leaves with those to the others. */
  final class Slot implements ReplyTo {
    private final WireFormat format;
    private final @Nullable Id id;

    /** Where the bare ones wait, of which one runs at a time; null for all others. */
    private final @Nullable InOrder turn;

    private Slot(WireFormat format, @Nullable Id id, @Nullable InOrder turn) {
      this.format = format;
      this.id = id;
      this.turn = turn;
    }

    @Override
    public boolean begins(ServerCall call) {
      open++;
      return turn == null || turn.begins(call);
    }

    @Override
    public void send(@Nullable Bytes frame) {
      sendInTurn(frame);
      ended();
    }

    @Override
    public void sendInTurn(@Nullable Bytes frame) {
      if (frame != null) {
        add(format, id, frame);
      }
    }

    @Override
    public @Nullable ServerCall next() {
      return turn == null ? null : turn.next();
    }

    @Override
    public boolean isInBatch() {
      return true;
    }

    @Override
    public void neverCompress() {
      neverCompress = true;
    }
  }

  private final Encoding encoding;
  private final Limits limits;
  private final int most;
  private final Owner owner;
  private final InOrder bare;
  private final List<Entry> entries = new ArrayList<>();

  /** Those that have come in it. Empty once all of it was read. */
  private final Set<Id> ids = new HashSet<>();

  /** Of the replies. */
  private long bytes = AROUND_BYTES;

  /** Calls that have not ended; and one more until all of the batch was read. */
  private int open = 1;

  private boolean allBare = true;
  private @Nullable List<String> accepted;
  private boolean dropped;

  /** Whether what a reply says must not show in its length. Any thread. */
  private volatile boolean neverCompress;

  /**
   * @param most how long the payload of the replies may be
   * @param bare where its bare requests wait for each other
   */
  Batch(Encoding encoding, Limits limits, int most, InOrder bare, Owner owner) {
    this.encoding = encoding;
    this.limits = limits;
    this.most = most;
    this.bare = bare;
    this.owner = owner;
  }

  /** Whether so many messages are answered in a frame, whatever the answers are. */
  static boolean fits(int messages, int most) {
    return (long) messages * LEAST_REPLY_BYTES + AROUND_BYTES <= most;
  }

  /** Notes the id of a message; false if another one before it has the same. */
  boolean isFirst(Id id) {
    return ids.add(id);
  }

  /** Where the reply to one of its requests goes. */
  ReplyTo slot(Message.Request request) {
    if (request.dialect() != Dialect.BARE) {
      allBare = false;
      List<String> named = request.meta().get(Meta.ACCEPT);
      accepted = accepted == null ? named : accepted;
    }
    boolean isBare = request.dialect() == Dialect.BARE;
    return new Slot(request.format(), request.id(), isBare ? bare : null);
  }

  /** Whether none of its requests says anything of its peer. */
  boolean isBare() {
    return allBare;
  }

  /** What one of its requests says that its peer expands; null for nothing. */
  @Nullable List<String> accepted() {
    return accepted;
  }

  /** Whether the length of the replies may show what is in them. */
  boolean mayBeCompressed() {
    return !neverCompress;
  }

  /** A call has ended. */
  private void ended() {
    open--;
    if (open == 0) {
      List<Bytes> replies = entries.stream().map(Entry::reply).toList();
      owner.complete(this, replies.isEmpty() || dropped ? null : payload(replies));
    }
  }

  /** All of it was read. */
  void read() {
    ids.clear();
    ended();
  }

  /** The peer is gone: nobody wants the replies. */
  void drop() {
    dropped = true;
    entries.clear();
    bare.clear();
    count(-heldBytes());
  }

  /** What its replies hold, in bytes. */
  long heldBytes() {
    return bytes - AROUND_BYTES;
  }

  /** An error that belongs to none of its requests. */
  void add(WireError error) {
    add(
        new Entry(
            new WireFormat(Dialect.JSONRPC, encoding),
            null,
            Messages.errorWithoutRequest(encoding, error),
            true));
  }

  /** A reply to a request. */
  void add(WireFormat format, @Nullable Id id, Bytes reply) {
    add(new Entry(format, id, reply, false));
  }

  private void add(Entry entry) {
    if (dropped) {
      return;
    }
    entries.add(entry);
    count(entry.bytes());
    while (bytes > most && shortenLargest()) {
      // the next one
    }
  }

  private void count(long more) {
    bytes += more;
    owner.gathered(more);
  }

  private boolean shortenLargest() {
    int largest = -1;
    long longest = LEAST_REPLY_BYTES;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!entry.isShort && entry.bytes() > longest) {
        longest = entry.bytes();
        largest = i;
      }
    }
    if (largest < 0) {
      return false;
    }
    Entry entry = entries.get(largest);
    Entry shorter =
        new Entry(
            entry.format,
            entry.id,
            Messages.error(entry.format, entry.id, tooLarge(entry.reply)),
            true);
    entries.set(largest, shorter);
    count(shorter.bytes() - entry.bytes());
    return true;
  }

  /** What is said instead of a reply; of an error the code and the verdict are. */
  private WireError tooLarge(Bytes reply) {
    EnvelopeScanner scanner = new EnvelopeScanner(encoding, limits, NO_METHODS);
    Bytes whole = reply.joined();
    Message said = scanner.scanReply(whole.array(), whole.from(), whole.length(), true);
    if (said instanceof Message.Response(_, _, WireError error, _, _) && error != null) {
      return new WireError(
          error.code(), error.number(), SessionErrors.LOST_WORDS, null, error.executed());
    }
    String message =
        "result: %d bytes in a batch (expected: replies of at most %d together)"
            .formatted(reply.length(), most);
    return WireError.of(ErrorCode.TOO_LARGE, message, Executed.YES);
  }

  private Bytes payload(List<Bytes> replies) {
    if (bytes > most) { // ids and codes alone
      return Messages.errorWithoutRequest(SessionErrors.REPLIES_TOO_LARGE);
    }
    return encoding.batch(replies);
  }
}
