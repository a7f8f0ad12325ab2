package dev.tern.core;

/**
 * Who makes a call, as the server sees it: what {@code ServerBuilder.authenticate} has found out,
 * else what the certificate of its connection says ({@code tls:…}), or a filter of the user's,
 * which says so with {@link Request#withCaller}.
 *
 * @param name what the server knows the caller by; empty for {@link #ANONYMOUS}
 */
public record Caller(String name) {
  /** Nobody has said who calls. */
  public static final Caller ANONYMOUS = new Caller("");

  /** Whether nobody has said who calls. */
  public boolean isAnonymous() {
    return name.isEmpty();
  }

  @Override
  public String toString() {
    return isAnonymous() ? "anonymous" : name;
  }
}
