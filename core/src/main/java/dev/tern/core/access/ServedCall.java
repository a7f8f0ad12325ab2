package dev.tern.core.access;

import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.value.Allowance;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the framework's own filters at a server know and say of a call. */
public interface ServedCall extends CallContext, Allowance {
  /** The error of params of which nothing was made, of what was thrown. */
  RpcException unbound(Throwable thrown, Request request);

  /**
   * The verdict of an error that came out of the rest of the chain: "no" if the user's code has not
   * begun; what the user's code says if the error is its own.
   */
  Executed verdictOf(RpcException error);

  /** Whether the call ended, with a reply or without, before the chain had come to an answer. */
  boolean hasEnded();

  /**
   * The operation of this call runs from here on, or is about to: calls that wait for that go on.
   *
   * @return false if this is not a thread on which the user's code may run: see {@link #onLane}
   */
  boolean runsOperation();

  /**
   * Runs code on a thread of the method's lane, and waits for what it gives.
   *
   * @throws RpcException SERVER_BUSY, "no", if the lane takes no more
   */
  @Nullable Response onLane(Supplier<? extends @Nullable Response> code);

  /**
   * Ends the call with an error, before the user's code has begun. Where no other filter is to see
   * it nothing is thrown: for what is thrown the machine searches each frame that the compiler has
   * not inlined, which may take a tenth of a small call.
   *
   * @return what the filter returns in place of a response
   * @throws RpcException the error, if another filter is to see it
   */
  Response refuse(ReadyError error);

  /** The user's code outlives this call: its thread is not interrupted for it. */
  void detach();

  /**
   * The call waits for another run of its operation: from here on its verdict is "maybe".
   *
   * @return whether the verdict was "no" until now
   * @throws RpcException if the call has ended
   */
  boolean join();

  /** That run is over, and speaks for the operation. Only after {@link #join} has returned true. */
  void joined();

  /** There was no such run after all. Only after {@link #join} has returned true. */
  void unjoin();

  /** The answer is a remembered one; the reply says so where it has a place for it. */
  void replayed();

  /**
   * The details of an error, which the user's code has thrown, as they would travel.
   *
   * @throws RuntimeException if they cannot
   */
  byte[] detailsOf(RpcException error);

  /** Notes a result that is known to be sound. */
  Bytes concluded(Bytes result);

  /** Notes an error whose verdict speaks for the operation. */
  RpcException concluded(RpcException error);
}
