package dev.tern.protocol.session;

import dev.tern.protocol.Oddity;

/** What a {@link ClientSession} tells its owner. A {@link ClientCall} is the event of its end. */
public sealed interface ClientEvent permits ClientCall, ClientEvent.Noted, Ping {

  /** Something odd that is worth counting. */
  record Noted(Oddity oddity) implements ClientEvent {}
}
