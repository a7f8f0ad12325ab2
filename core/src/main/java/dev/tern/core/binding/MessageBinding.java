package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Bytes;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Binds the messages of another library, which are encoded by schemas of their own: params or a
 * result as a whole, in the one encoding that has a place for them. Made by an optional module, and
 * found by {@link java.util.ServiceLoader}. For many threads.
 */
public interface MessageBinding {

  /** What is known of the messages of one class. */
  interface Leaf {
    /** The label of the encoding that has a place for them. */
    String encoding();

    /** What they are called in their schema. */
    String name();

    /** Why nobody can be given one; null if they can. */
    @Nullable String problem();

    /**
     * Reads a message.
     *
     * @param willMake told of each value before one is made; null if nobody counts them. What it
     *     throws passes through
     * @throws BindingException if the bytes are no such message
     */
    Object read(Bytes encoded, @Nullable Runnable willMake);

    /**
     * Writes a message.
     *
     * @throws EncodingException if a peer would refuse it
     */
    Bytes write(Object message);

    /**
     * Tells a hash what a message says, by its schema: the same for all ways to encode it, and
     * something else for any other message.
     *
     * @param willMake as of {@link #read}
     * @throws BindingException if the bytes are no such message
     */
    void digest(Bytes encoded, @Nullable Runnable willMake, MessageDigest hash);
  }

  /** Whether the objects of a class are messages. */
  boolean claims(Class<?> type);

  /** What reads and writes the messages of a class that it claims. */
  Leaf leaf(Class<?> type);

  /** Whether a class is one of protobuf-java's messages, be that library there or not. */
  static boolean isMessage(Class<?> type) {
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      if (one.getName().equals("com.google.protobuf.AbstractMessageLite")) {
        return true;
      }
    }
    return false;
  }
}
