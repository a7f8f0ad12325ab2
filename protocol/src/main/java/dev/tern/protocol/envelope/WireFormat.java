package dev.tern.protocol.envelope;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;

/**
 * How a request is written, and so its reply.
 *
 * @param dialect what its members are called
 * @param encoding how their values are written
 */
public record WireFormat(Dialect dialect, Encoding encoding) {
  private static final Each JSON = new Each(JsonEncoding.JSON);

  /** The formats of one encoding: made once, so that no request pays for its own. */
  public static final class Each {
    private final WireFormat v1;
    private final WireFormat jsonRpc;
    private final WireFormat bare;

    /** Those of an encoding. */
    public static Each of(Encoding encoding) {
      return encoding == JsonEncoding.JSON ? JSON : new Each(encoding);
    }

    private Each(Encoding encoding) {
      v1 = new WireFormat(Dialect.V1, encoding);
      jsonRpc = new WireFormat(Dialect.JSONRPC, encoding);
      bare = new WireFormat(Dialect.BARE, encoding);
    }

    /** The one of a dialect. */
    public WireFormat of(Dialect dialect) {
      return switch (dialect) {
        case V1 -> v1;
        case JSONRPC -> jsonRpc;
        case BARE -> bare;
      };
    }
  }

  /** A dialect in JSON. */
  public static WireFormat json(Dialect dialect) {
    return JSON.of(dialect);
  }

  /** Such as {@code "v1"}; with the encoding, if it is not JSON. */
  @Override
  public String toString() {
    return encoding == JsonEncoding.JSON
        ? dialect.label()
        : dialect.label() + " in " + encoding.label();
  }
}
