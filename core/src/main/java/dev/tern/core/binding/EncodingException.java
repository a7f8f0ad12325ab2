package dev.tern.core.binding;

import org.jspecify.annotations.Nullable;

/**
 * A Java value that has no JSON form: it refers to itself, holds NaN or half a surrogate pair, or
 * one of its accessors threw. A fault of the side that made the value; the message is for its log.
 * Users know it as the IllegalArgumentException that it is: this package is not exported.
 */
public final class EncodingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  EncodingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
