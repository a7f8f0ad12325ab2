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
    record OfCall(ServerCall call) implements Turn {}

    record OfReply(Bytes frame) implements Turn {}
  }

  private final ServerOutput output;
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>(1);
  private boolean running;
  private int replies;
  private long bytes;

  InOrder(ServerOutput output) {
    this.output = output;
  }

  @Override
  public boolean begins(ServerCall call) {
    if (!running) {
      running = true;
      return true;
    }
    call.waited = true;
    waiting.add(new Turn.OfCall(call));
    bytes += call.heldBytes();
    return false;
  }

  @Override
  public void send(@Nullable Bytes frame) {
    output.send(frame);
  }

  @Override
  public void sendInTurn(Bytes frame) {
    if (running) {
      waiting.add(new Turn.OfReply(frame));
      bytes += frame.length();
      replies++;
    } else {
      output.send(frame);
    }
  }

  @Override
  public @Nullable ServerCall next() {
    for (Turn turn; (turn = waiting.poll()) != null; ) {
      switch (turn) {
        case Turn.OfCall(ServerCall call) -> {
          bytes -= call.heldBytes();
          if (!call.hasEnded()) {
            return call;
          }
        }
        case Turn.OfReply(Bytes frame) -> {
          bytes -= frame.length();
          replies--;
          output.send(frame);
        }
      }
    }
    running = false;
    return null;
  }

  /** Calls and replies that wait; a call that has ended counts until its turn comes. */
  int size() {
    return waiting.size();
  }

  /** Replies that wait. */
  int replies() {
    return replies;
  }

  /** Memory that is held for what waits, in bytes. */
  long bytes() {
    return bytes;
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
    waiting.clear();
    replies = 0;
    bytes = 0;
  }
}
