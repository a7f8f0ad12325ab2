package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * For bare requests: their calls run one at a time, and a reply that needed no handler waits for
 * the requests before it. A call that ends while it waits is answered at once and never begins.
 */
final class InOrder implements ReplyTo {

  /** What waits for the call that runs. */
  private sealed interface Turn {
    record OfCall(ServerCall call) implements Turn {
      @Override
      public long bytes() {
        return call.heldBytes();
      }
    }

    record OfReply(Bytes frame) implements Turn {
      @Override
      public long bytes() {
        return frame.length();
      }
    }

    long bytes();
  }

  /** How much waits on one connection, be it on its own or in batches. */
  static final class Backlog {
    private int turns;
    private long bytes;

    /** Calls and replies that wait; a call that has ended counts until its turn comes. */
    int size() {
      return turns;
    }

    /** Memory that is held for what waits, in bytes. */
    long bytes() {
      return bytes;
    }
  }

  private final ServerOutput output;
  private final Backlog backlog;
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>(1);
  private boolean running;
  private int replies;

  InOrder(ServerOutput output, Backlog backlog) {
    this.output = output;
    this.backlog = backlog;
  }

  @Override
  public boolean begins(ServerCall call) {
    if (!running) {
      running = true;
      return true;
    }
    call.waited = true;
    add(new Turn.OfCall(call));
    return false;
  }

  private void add(Turn turn) {
    waiting.add(turn);
    backlog.turns++;
    backlog.bytes += turn.bytes();
  }

  @Override
  public void send(@Nullable Bytes frame) {
    output.send(frame);
  }

  @Override
  public void sendInTurn(@Nullable Bytes frame) {
    if (running && frame != null) {
      add(new Turn.OfReply(frame));
      replies++;
    } else {
      output.send(frame);
    }
  }

  @Override
  public @Nullable ServerCall next() {
    for (Turn turn; (turn = waiting.poll()) != null; ) {
      backlog.turns--;
      backlog.bytes -= turn.bytes();
      switch (turn) {
        case Turn.OfCall(ServerCall call) -> {
          if (!call.hasEnded()) {
            return call;
          }
        }
        case Turn.OfReply(Bytes frame) -> {
          replies--;
          output.send(frame);
        }
      }
    }
    running = false;
    return null;
  }

  /** Replies that wait. */
  int replies() {
    return replies;
  }

  /** Sends the replies that wait; the calls that wait have ended. */
  void flush() {
    for (Turn turn : waiting) {
      if (turn instanceof Turn.OfReply(Bytes frame)) {
        output.send(frame);
      }
    }
    clear();
  }

  /** Forgets what waits: the peer is gone. */
  void clear() {
    backlog.turns -= waiting.size();
    backlog.bytes -= waiting.stream().mapToLong(Turn::bytes).sum();
    waiting.clear();
    replies = 0;
  }
}
