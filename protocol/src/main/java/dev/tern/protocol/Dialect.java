package dev.tern.protocol;

/**
 * The three shapes of a message. Decided for each message, in this order: a {@code jsonrpc} member
 * makes it {@link #JSONRPC}, a {@code meta} object {@link #V1}, neither {@link #BARE}.
 */
public enum Dialect {
  /** Tern's own: string codes, a verdict on every error, metadata. */
  V1("v1"),
  /** JSON-RPC 2.0, exactly as its specification says. */
  JSONRPC("jsonrpc"),
  /** {@code id, method, params}, numeric error codes: what a beginner's client speaks. */
  BARE("bare");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  /** The name in logs and on the command line. */
  public String label() {
    return label;
  }
}
