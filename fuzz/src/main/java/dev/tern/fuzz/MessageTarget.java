package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import dev.tern.binding.protobuf.ProtobufBinding;
import dev.tern.core.binding.MessageBinding.Leaf;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes are one message of protobuf-java, or are refused by one exception, to whoever reads
 * them and to whoever hashes them alike; a message that is written anew is the same, and hashes to
 * the same; and who counts its values may end that at any of them.
 */
public final class MessageTarget {
  /** A scalar or two; a map whose values nest; repeated messages, required fields, extensions. */
  private static final List<Message> TYPES =
      List.of(
          Timestamp.getDefaultInstance(),
          Struct.getDefaultInstance(),
          DescriptorProto.getDefaultInstance());

  private static final List<Leaf> LEAVES =
      TYPES.stream().map(type -> new ProtobufBinding().leaf(type.getClass())).toList();

  /** The budget of who counts is used up. */
  private static final class UsedUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsedUp() {
      super(null, null, false, false);
    }
  }

  private MessageTarget() {}

  /** One run of the fuzzer: the first byte says which message the others should be. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      int type = (input[0] & 0xFF) % LEAVES.size();
      message(LEAVES.get(type), TYPES.get(type), Arrays.copyOfRange(input, 1, input.length));
    }
  }

  private static void message(Leaf leaf, Message type, byte[] bytes) {
    Bytes encoded = Bytes.of(bytes);
    int[] told = {0};
    Object message = read(leaf, encoded, () -> told[0]++);
    require((message != null) == isToProtobufJava(type, bytes), "protobuf-java says otherwise");
    byte[] hash = hash(leaf, encoded);
    require((message != null) == (hash != null), "read and hashed differ");
    if (told[0] > 0) {
      requireEnds(leaf, encoded, told[0] / 2);
    }
    if (message != null) {
      Bytes written = leaf.write(message);
      require(message.equals(read(leaf, written, null)), "written, and another message");
      require(Arrays.equals(hash, hash(leaf, written)), "written, and another hash");
    }
  }

  private static @Nullable Object read(Leaf leaf, Bytes encoded, @Nullable Runnable willMake) {
    try {
      return leaf.read(encoded, willMake);
    } catch (BindingException e) {
      return null;
    }
  }

  private static byte @Nullable [] hash(Leaf leaf, Bytes encoded) {
    MessageDigest hash;
    try {
      hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    try {
      leaf.digest(encoded, null, hash);
      return hash.digest();
    } catch (BindingException e) {
      return null;
    }
  }

  private static void requireEnds(Leaf leaf, Bytes encoded, int values) {
    int[] left = {values};
    try {
      var _ =
          leaf.read(
              encoded,
              () -> {
                if (left[0]-- == 0) {
                  throw new UsedUp();
                }
              });
    } catch (UsedUp e) {
      return;
    }
    throw new AssertionError("a budget of " + values + " that ended nothing");
  }

  private static boolean isToProtobufJava(Message type, byte[] bytes) {
    try {
      return type.getParserForType().parseFrom(bytes).isInitialized();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
