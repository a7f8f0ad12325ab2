package dev.tern.binding.protobuf;

import com.google.protobuf.MessageLite;
import dev.tern.core.binding.MessageBinding;

/** Binds messages of protobuf-java. */
public final class ProtobufBinding implements MessageBinding {
  /** For {@link java.util.ServiceLoader}. */
  public ProtobufBinding() {}

  @Override
  public boolean claims(Class<?> type) {
    return MessageLite.class.isAssignableFrom(type);
  }

  @Override
  public Leaf leaf(Class<?> type) {
    return new MessageLeaf(type);
  }
}
