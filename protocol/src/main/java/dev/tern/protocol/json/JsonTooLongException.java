package dev.tern.protocol.json;

/** What is being written grows past the writer's limit. It has no stack trace. */
public final class JsonTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonTooLongException(int maxBytes) {
    super("JSON longer than " + maxBytes + " bytes", null, false, false);
  }
}
