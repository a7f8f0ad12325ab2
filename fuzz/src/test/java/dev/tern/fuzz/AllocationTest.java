package dev.tern.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tern.codec.msgpack.MessagePackException;
import dev.tern.codec.msgpack.MessagePackReader;
import dev.tern.codec.msgpack.MessagePackValidator;
import dev.tern.codec.protobuf.ProtobufException;
import dev.tern.codec.protobuf.ProtobufReader;
import dev.tern.codec.protobuf.ProtobufValidator;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.value.Names;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Reading a message makes garbage in proportion to its bytes, whatever they are. */
final class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a message of a few bytes may take: its objects, or the error and its words. */
  private static final int BASE = 2_048;

  private static final int EACH = 32;

  private final EnvelopeScanner scanner =
      new EnvelopeScanner(Limits.DEFAULT, Names.of("add", "shop.buy"));

  private final MessagePackValidator validator = new MessagePackValidator(Limits.DEFAULT);

  private final ProtobufValidator protobuf = new ProtobufValidator(Limits.DEFAULT);

  private void scan(byte[] payload) {
    try {
      var _ = scanner.scan(payload, 0, payload.length, false);
    } catch (JsonException e) {
      // costs, too
    }
  }

  private void walk(byte[] payload) {
    Bytes value = Bytes.of(payload);
    try {
      validator.check(value, 0);
      new MessagePackReader(value).skipValue();
    } catch (MessagePackException e) {
      // costs, too
    }
  }

  private void walkProtobuf(byte[] payload) {
    Bytes value = Bytes.of(payload);
    try {
      protobuf.checkMessage(payload, 0, payload.length);
      ProtobufReader.ofMessage(value).skipValue();
    } catch (ProtobufException e) {
      // costs, too
    }
    try {
      protobuf.check(value, 0);
      new ProtobufReader(value).skipValue();
    } catch (ProtobufException e) {
      // likewise
    }
  }

  private static long bytesFor(byte[] payload, Consumer<byte[]> reads) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    reads.accept(payload);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void noMessageThatTheFuzzerHasKeptMakesMuchGarbage() throws IOException {
    noneMakesMuchGarbage("EnvelopeTarget.txt", this::scan);
  }

  @Test
  void norDoesAnyValueInMessagePack() throws IOException {
    noneMakesMuchGarbage("MessagePackTarget.txt", this::walk);
  }

  @Test
  void norDoesAnythingInProtobuf() throws IOException {
    noneMakesMuchGarbage("ProtobufTarget.txt", this::walkProtobuf);
  }

  private static void noneMakesMuchGarbage(String corpus, Consumer<byte[]> reads)
      throws IOException {
    long received = 0;
    long made = 0;
    for (String line : Files.readAllLines(Path.of("corpus", corpus))) {
      byte[] payload = Base64.getDecoder().decode(line);
      bytesFor(payload, reads); // loads what it needs
      long bytes = bytesFor(payload, reads);
      assertThat(bytes)
          .as("%s: %d bytes", line, payload.length)
          .isLessThan(BASE + (long) EACH * payload.length);
      received += payload.length;
      made += bytes;
    }
    assertThat(received).isPositive();
    System.out.printf(
        "%s: %,d bytes received, %.1f bytes allocated for each%n",
        corpus, received, (double) made / received);
  }
}
