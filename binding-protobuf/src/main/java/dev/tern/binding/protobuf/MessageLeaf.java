package dev.tern.binding.protobuf;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tern.core.binding.MessageBinding;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.type.ModuleAccess;
import dev.tern.protocol.Bytes;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of one class. */
final class MessageLeaf implements MessageBinding.Leaf {
  private final Class<?> type;

  /** Knows how others are read; null if none can be. */
  private final @Nullable Message empty;

  private final @Nullable String problem;

  MessageLeaf(Class<?> type) {
    this.type = type;
    Message found = null;
    String why = null;
    try {
      found = emptyOf(type);
    } catch (NoSuchMethodException e) {
      why = ": not one kind of message (expected: a class that protoc has made of a message)";
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      why = ": not accessible (expected: a public class, its package exported by its module)";
    } catch (ReflectiveOperationException | ClassCastException e) {
      why =
          ": without a descriptor (expected: a message of protobuf-java, not of its lite runtime)";
    }
    this.empty = found;
    this.problem = why == null ? null : type.getName() + why;
  }

  private static Message emptyOf(Class<?> type) throws ReflectiveOperationException {
    ModuleAccess.handOn(type, MessageLeaf.class.getModule());
    Method maker = type.getMethod("getDefaultInstance");
    maker.setAccessible(true);
    return (Message) Objects.requireNonNull(maker.invoke(null), "the empty message");
  }

  @Override
  public String encoding() {
    return "protobuf";
  }

  @Override
  public String name() {
    return empty == null ? type.getName() : empty.getDescriptorForType().getFullName();
  }

  @Override
  public @Nullable String problem() {
    return problem;
  }

  @Override
  public Message read(Bytes encoded, @Nullable Runnable willMake) {
    Message known = empty;
    if (known == null) {
      throw new IllegalStateException(problem);
    }
    Bytes whole = encoded.joined();
    if (willMake != null) {
      Footprint.tell(whole, known.getDescriptorForType(), willMake);
    }
    Message message;
    try {
      message =
          (Message)
              known
                  .getParserForType()
                  .parsePartialFrom(whole.array(), whole.from(), whole.length());
    } catch (InvalidProtocolBufferException e) {
      throw misfit("bytes that are none");
    }
    if (!message.isInitialized()) {
      throw misfit("one without " + message.getInitializationErrorString());
    }
    return message;
  }

  private BindingException misfit(String found) {
    return BindingException.mismatch("", found, "the message " + name());
  }

  @Override
  public Bytes write(Object message) {
    if (!type.isInstance(message)) {
      throw new EncodingException(
          message.getClass().getName() + " (expected: " + type.getName() + ")", null);
    }
    Message one = (Message) message;
    if (!one.isInitialized()) {
      throw new EncodingException(
          "without "
              + one.getInitializationErrorString()
              + " (expected: all fields that are required)",
          null);
    }
    return Bytes.of(one.toByteArray());
  }

  @Override
  public void digest(Bytes encoded, @Nullable Runnable willMake, MessageDigest hash) {
    CanonicalMessage.of(read(encoded, willMake), hash);
  }
}
