package dev.tern.core.access;

/** Who made an {@link dev.tern.core.RpcException}. */
public enum Origin {
  /** User code, to answer a call. */
  APPLICATION,
  /** A server of this process, about the call that it answers. */
  FRAMEWORK,
  /** A client of this process, about a call that it made. */
  CLIENT,
  /** A client of this process that is closed, about a call that it made: no later one succeeds. */
  CLOSED_CLIENT,
  /** A peer. */
  REMOTE
}
