package dev.tern.core.observe;

import dev.tern.core.Caller;
import dev.tern.core.Counter;
import dev.tern.core.Request;
import dev.tern.core.Stats;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.session.ServerEvent;
import java.net.SocketAddress;

/**
 * Is told what happens at a server: to its connections, to its calls, and what peers do wrong. The
 * one place from which that is counted and logged. Any thread tells, also those that must not
 * block, so nothing here blocks one of these.
 */
public interface Observer {
  /**
   * A peer has connected.
   *
   * @param traffic counts its bytes from here on
   * @param overTls whether it has shaken hands before
   */
  void opened(SocketAddress peer, Traffic traffic, boolean overTls);

  /**
   * A peer's connection has closed. Once for each that was opened.
   *
   * @param how one of those that begin with {@code CLOSED_}
   */
  void closed(SocketAddress peer, Traffic traffic, Counter how);

  /** A peer was heard. */
  void seen(long now);

  /** Whether {@link #ended} is to be told of each success; of their number it is told anyway. */
  boolean wantsSuccesses();

  /**
   * A call has ended, with an error or, if wanted, with a result; or was refused before it came to
   * its lane.
   *
   * @param caller who called, as far as anybody has found out
   * @param code what the peer was told, or {@link Stats#OK}
   * @param receivedNanos when its frame was read
   */
  void ended(Message.Request request, Caller caller, String code, long receivedNanos);

  /** So many calls have ended with a result since the last time. */
  void succeeded(int calls);

  /** Something came that was no call. */
  void rejected(SocketAddress peer, ServerEvent.Rejected what);

  /** Something odd happened that is not worth a line. */
  void noted(Oddity oddity);

  /**
   * Code threw what nobody expected.
   *
   * @return the id by which the peer and the log name it
   */
  String incident(Throwable thrown, Request request);

  /** Details of an error that a method has ended with have no JSON form and were left out. */
  void detailsLost(String method, String code, Throwable why);
}
