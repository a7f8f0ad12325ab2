package dev.tern.core.server.auth;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.access.Onion;
import dev.tern.core.access.Origin;
import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.log.LogQueue;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who calls, and refuses what that caller may not call. A token that is nobody's is
 * refused everywhere, also where none is needed: its owner wants to know. Who has shown a
 * certificate needs no token; a token says more, and counts.
 *
 * <p>A call is looked at when it {@linkplain #onArrival arrives}, so that a stranger's costs no
 * thread and no place. Only if the verifier may block it is asked as a filter, on the call's lane.
 */
public final class AuthFilter implements Filter {
  /** Stands for methods that do not exist. */
  @SuppressWarnings("NullAway") // Void has nothing but null
  public static final Method<?, ?> UNKNOWN = Method.of("rpc.unknown", Void.class, Void.class);

  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.auth");

  /**
   * What strangers may call; the session itself answers {@code rpc.ping} and {@code rpc.cancel}.
   */
  private static final Set<String> FREE = Set.of("rpc.hello", "rpc.health");

  /** Tells of all callers together: of the protocol's own methods the one that needs a permit. */
  private static final String STATS = "rpc.stats";

  private static final WireError NO_TOKEN =
      WireError.of(ErrorCode.UNAUTHORIZED, "meta.auth is missing (expected: a bearer token)");

  private static final WireError NOBODYS =
      WireError.of(ErrorCode.UNAUTHORIZED, "meta.auth (expected: a token that this server knows)");

  private final TokenVerifier verifier;
  private final boolean mayBlock;

  public AuthFilter(TokenVerifier verifier) {
    this.verifier = verifier;
    this.mayBlock = verifier.mayBlock();
  }

  /**
   * Says of a call that has arrived what can be said without waiting. In the connection's serial
   * context.
   *
   * @param known what the connection says of who calls
   */
  public AuthResult onArrival(Message.Request request, AuthResult known) {
    String token = request.meta().get(Meta.AUTH);
    if (token != null && mayBlock) {
      return known;
    }
    try {
      return whoCalls(token, request.method(), known);
    } catch (RuntimeException e) { // the verifier's: that call alone fails
      return known.failed(
          _ -> {
            throw e;
          });
    } catch (Error e) {
      return known.failed(
          _ -> {
            throw e;
          });
    }
  }

  @Override
  public Response filter(Request request, Handler next) {
    String token = request.meta().get(Meta.AUTH);
    if (token == null) {
      return next.handle(request); // it was looked at when it arrived
    }
    AuthResult who = whoCalls(token, request.method(), AuthResult.of(request.caller()));
    Request known = request.withCaller(who.caller());
    WireError refusal = who.refusal();
    if (refusal != null) {
      throw error(refusal);
    }
    return next.handle(known);
  }

  private AuthResult whoCalls(@Nullable String token, String method, AuthResult known) {
    if (token == null) {
      boolean mayPass = !known.caller().isAnonymous() || FREE.contains(method);
      return mayPass ? known : known.refused(NO_TOKEN);
    }
    Identity identity = verifier.verify(token);
    if (identity == null) {
      return known.refused(NOBODYS);
    }
    AuthResult named = AuthResult.of(identity.caller());
    boolean isGuarded = !method.startsWith("rpc.") || method.equals(STATS);
    return isGuarded && !identity.mayCall(method)
        ? named.refused(forbidden(method, identity))
        : named;
  }

  private static WireError forbidden(String method, Identity identity) {
    return WireError.of(
        ErrorCode.FORBIDDEN,
        "method: " + method + " (expected: one that " + identity.caller() + " may call)");
  }

  /**
   * Answers in place of methods that do not exist, where the verifier may block: only those that
   * are known may know that.
   */
  public Handler unknown() {
    return new Onion(
        this,
        request -> {
          throw error(noSuchMethod(request.method()));
        });
  }

  /**
   * What callers are told of a method that does not exist.
   *
   * @param method safe to repeat: the envelope has checked it
   */
  public static WireError noSuchMethod(String method) {
    return WireError.of(ErrorCode.METHOD_NOT_FOUND, "no such method: " + method);
  }

  private static RpcException error(WireError error) {
    return CORE.error(Origin.FRAMEWORK, error, Map.of(), null);
  }

  /**
   * Says in the log that anybody may call, where not only this machine can.
   *
   * @param isAsked whether somebody asks who calls
   */
  public static void warnIfOpen(InetSocketAddress address, boolean isAsked) {
    if (!isAsked && !address.getAddress().isLoopbackAddress()) {
      LogQueue.SHARED.add(
          () ->
              LOG.warn(
                  "listening={} authentication=none: whoever reaches this port can call", address));
    }
  }

  @Override
  public boolean mayBlock() {
    return mayBlock;
  }

  /** Only a verifier that may block is asked here; any other has been asked already. */
  @Override
  public boolean appliesTo(Method<?, ?> method) {
    return mayBlock;
  }

  @Override
  public String toString() {
    return "auth";
  }
}
