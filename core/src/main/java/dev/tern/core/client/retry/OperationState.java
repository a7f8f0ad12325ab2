package dev.tern.core.client.retry;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.OperationToken;
import dev.tern.protocol.Executed;
import org.jspecify.annotations.Nullable;

/**
 * An operation that must happen once, over the attempts of one call: which store it belongs to, and
 * whether it may have run. As long as it has certainly not run, each attempt makes it anew, in the
 * store of its own connection; from then on it belongs to the store of the first attempt that may
 * have run. Belongs to the caller's thread.
 */
public final class OperationState {
  private final String method;
  private final String key;

  /** What the last attempt has said; null before the first. */
  private @Nullable OperationToken said;

  private boolean pinned;
  private boolean mayHaveRun;
  private boolean isForgotten;
  private boolean wantsNewGreeting;

  /** An operation that begins with this call. */
  public OperationState(String method, String key) {
    this.method = method;
    this.key = key;
  }

  /** One that the application has prepared, or comes back to. */
  public OperationState(OperationToken token) {
    this.method = token.method();
    this.key = token.key();
    this.said = token;
    this.pinned = true;
    this.mayHaveRun = token.mayHaveRun();
  }

  /** The key, which all attempts share. */
  public String key() {
    return key;
  }

  /**
   * What the next attempt says.
   *
   * @param dedup the store of its connection
   * @param nowMillis that store's clock
   * @param caller who calls, as that server sees it
   * @param encoding in which the attempt is
   * @return null if the operation began under another name: as another caller's it would run again
   */
  public @Nullable OperationToken next(
      String dedup, long nowMillis, String caller, String encoding) {
    isForgotten = false;
    OperationToken before = said;
    if (pinned && before != null) {
      return before.caller().equals(caller) ? before : null;
    }
    said = CORE.operationToken(method, key, encoding, caller, dedup, nowMillis);
    return said;
  }

  /** The server of the next attempt remembers nothing. */
  public void forgotten() {
    isForgotten = true;
  }

  /** Whether the server of the last attempt remembers nothing: it is as UNSAFE there. */
  boolean isForgotten() {
    return isForgotten;
  }

  /** What one attempt has said of the operation. */
  void ended(Executed executed) {
    if (executed != Executed.NO) {
      mayHaveRun = true;
      pinned = true;
      if (said != null) {
        CORE.noteMayHaveRun(said);
      }
    }
  }

  /** Whether an attempt may have run, also one of an earlier call. */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }

  /** Whether it still belongs to no store, and may begin in any encoding. */
  public boolean isFree() {
    return !pinned;
  }

  /** What was known of the server turned out to be wrong: it is to be asked again. */
  void greetAgain() {
    wantsNewGreeting = true;
  }

  /** Whether the server is to be asked again what it remembers; once. */
  public boolean takesNewGreeting() {
    boolean wanted = wantsNewGreeting;
    wantsNewGreeting = false;
    return wanted;
  }

  /** What identifies it after this call; null if no attempt got so far. */
  public @Nullable OperationToken token() {
    return said;
  }
}
