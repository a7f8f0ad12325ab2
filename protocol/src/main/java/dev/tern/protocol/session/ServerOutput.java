package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Oddity;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a {@link ServerSession} has to say, in order: events to its owner, frames to the peer. */
final class ServerOutput {
  private final ArrayDeque<ServerEvent> events = new ArrayDeque<>(2);
  private final ArrayDeque<Bytes> frames = new ArrayDeque<>(2);

  void tell(ServerEvent event) {
    events.add(event);
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
    return events.poll();
  }

  @Nullable Bytes nextFrame() {
    return frames.poll();
  }

  /** The peer is gone: nothing can be sent to it. */
  void dropFrames() {
    frames.clear();
  }
}
