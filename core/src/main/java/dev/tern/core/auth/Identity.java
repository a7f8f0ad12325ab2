package dev.tern.core.auth;

import dev.tern.core.Caller;
import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.Text;
import java.util.function.Predicate;

/** Who calls, and what that caller may call. Immutable, as far as its predicate is. */
public final class Identity {
  private final Caller caller;
  private final Predicate<String> methods;

  private Identity(Caller caller, Predicate<String> methods) {
    this.caller = caller;
    this.methods = methods;
  }

  /**
   * Somebody who may call every method.
   *
   * @param name what is logged, told to the caller, and remembered with operations that happen
   *     once. Never the token: a name that stays the same lets a token be replaced while operations
   *     are under way. 1 to 256 bytes of UTF-8 without control characters
   * @throws IllegalArgumentException if it is something else
   */
  public static Identity of(String name) {
    return of(name, _ -> true);
  }

  /**
   * Somebody who may call some methods.
   *
   * @param methods whether a method of that name may be called; others are FORBIDDEN. Of the
   *     protocol's own it is asked about {@code rpc.stats} only. Any thread; never blocks
   * @throws IllegalArgumentException if the name is none, see {@link #of(String)}
   */
  public static Identity of(String name, Predicate<String> methods) {
    if (!Text.isKey(name, Limits.DEFAULT)) {
      throw new IllegalArgumentException(
          "name: %d characters (expected: %s)"
              .formatted(name.length(), Text.keyRule(Limits.DEFAULT)));
    }
    return new Identity(new Caller(name), methods);
  }

  /** Who it is. */
  public Caller caller() {
    return caller;
  }

  /** Whether a method may be called. */
  public boolean mayCall(String method) {
    return methods.test(method);
  }

  @Override
  public String toString() {
    return "Identity[" + caller + "]";
  }
}
