package dev.tern.protocol.session;

import dev.tern.protocol.Oddity;

/** What a {@link ClientSession} tells its owner. A {@link ClientCall} is the event of its end. */
public sealed interface ClientEvent
    permits ClientCall, ClientEvent.GoAway, ClientEvent.Noted, ClientEvent.Broken {

  /** The server drains: send nothing new on this connection. */
  record GoAway() implements ClientEvent {}

  /** Something odd that is worth counting. */
  record Noted(Oddity oddity) implements ClientEvent {}

  /** The connection cannot be used any more and should be closed; all its calls have ended. */
  record Broken(String reason) implements ClientEvent {}
}
