package dev.tern.cli.visit;

import dev.tern.cli.terminal.Printable;
import dev.tern.core.RpcException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.Executed;
import java.io.PrintStream;

/** Tells a person why a call has no result. */
public final class CallFailure {
  private CallFailure() {}

  /**
   * Code and message, the verdict, the details if there are any: a line each.
   *
   * @param asksOnly whether the call has only asked for something: what is known of the question
   *     would be taken for what is known of that. What the server has answered is about that.
   */
  static void print(RpcException e, boolean asksOnly, PrintStream err) {
    err.println(headline(e));
    if (!asksOnly || e.isRemote()) {
      err.println(verdict(e.executed()));
    }
    if (!e.details().isEmpty()) {
      String details = JsonCodec.DEFAULT.encode(e.details()).toString();
      err.println("details: " + Printable.text(details));
    }
  }

  /** Code and message. */
  public static String headline(RpcException e) {
    return Printable.text(e.code() + ": " + e.getMessage());
  }

  /** The verdict in plain words. */
  public static String verdict(Executed executed) {
    return switch (executed) {
      case NO -> "it was not executed";
      case MAYBE -> "it may have been executed";
      case YES -> "it was executed";
    };
  }
}
