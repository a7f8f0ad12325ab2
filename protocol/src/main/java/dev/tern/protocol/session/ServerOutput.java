package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Oddity;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a {@link ServerSession} has to say, in order: events to its owner, frames to the peer. */
final class ServerOutput {
  private final ArrayDeque<ServerEvent> events = new ArrayDeque<>(2);
  private final ArrayDeque<Bytes> frames = new ArrayDeque<>(2);
  private int calls;

  void tell(ServerEvent event) {
    events.add(event);
  }

  /** A call has arrived. */
  void tell(ServerCall call) {
    events.add(call);
    calls++;
  }

  void note(Oddity oddity) {
    events.add(new ServerEvent.Noted(oddity));
  }

  /**
   * @param frame null for none: a notification is not answered
   */
  void send(@Nullable Bytes frame) {
    if (frame != null) {
      frames.add(frame);
    }
  }

  @Nullable ServerEvent nextEvent() {
    ServerEvent event = events.poll();
    if (event instanceof ServerCall) {
      calls--;
    }
    return event;
  }

  /** How many of the events to come are calls. */
  int calls() {
    return calls;
  }

  @Nullable Bytes nextFrame() {
    return frames.poll();
  }

  /** The peer is gone: nothing can be sent to it. */
  void dropFrames() {
    frames.clear();
  }
}
