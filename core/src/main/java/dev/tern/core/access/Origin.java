package dev.tern.core.access;

/** Who made an {@link dev.tern.core.RpcException}. */
public enum Origin {
  /** User code, to answer a call: with an error of its own, or with a refusal. */
  APPLICATION,
  /** A server of this process, about the call that it answers. */
  FRAMEWORK,
  /** A client of this process, about a call that it made. */
  CLIENT,
  /** A client of this process that was closed, so that no later call of it can succeed either. */
  CLOSED_CLIENT,
  /** A peer. */
  REMOTE
}
