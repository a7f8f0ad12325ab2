package dev.tern.cli.serve;

import dev.tern.cli.message.Payload;
import dev.tern.cli.visit.CallFailure;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Bytes;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** One call in each encoding that is there, and how many bytes it takes. */
final class EncodingScene {
  /** Its digits are in the request: so each request has as many of them. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final int IMAGE_BYTES = 192;
  private static final double PERCENT = 100;

  private static final Method<Order, Order> SAME =
      Method.of("order.same", Order.class, Order.class).effect(Effect.READ);

  private final Transport transport;
  private final Claims claims;

  EncodingScene(Transport transport, Claims claims) {
    this.transport = transport;
    this.claims = claims;
  }

  record Line(String sku, int pieces, BigDecimal price) {}

  record Order(UUID id, String customer, boolean express, List<Line> lines, Bytes image) {
    static Order example() {
      byte[] image = new byte[IMAGE_BYTES];
      for (int i = 0; i < image.length; i++) {
        image[i] = (byte) (i * i);
      }
      return new Order(
          UUID.fromString("0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab"),
          "Ann Archer",
          true,
          List.of(
              new Line("apple", 12, new BigDecimal("0.35")),
              new Line("plum", 300, new BigDecimal("0.10"))),
          Bytes.of(image));
    }
  }

  /** The payloads seen last; the client's own hello does not count. */
  private static final class Seen implements Wiretap.Observer {
    private final AtomicReference<byte[]> request = new AtomicReference<>(new byte[0]);
    private final AtomicReference<byte[]> reply = new AtomicReference<>(new byte[0]);

    @Override
    public void sent(byte[] payload) {
      keep(payload, request);
    }

    @Override
    public void received(byte[] payload) {
      keep(payload, reply);
    }

    private static void keep(byte[] payload, AtomicReference<byte[]> place) {
      byte[] json = Payload.read(payload).json();
      String id = json == null ? null : Payload.id(json);
      if (id != null && !id.equals(Payload.HELLO)) {
        place.set(payload);
      }
    }

    int bytes() {
      return request.get().length + reply.get().length;
    }

    boolean isAllIn(String label) {
      return Payload.read(request.get()).label().equals(label)
          && Payload.read(reply.get()).label().equals(label);
    }
  }

  void show() throws IOException {
    claims.scene("encodings", "one call, an order and its image there and back, in each encoding");
    claims.said(
        "One server answers all of them on one port. tern decode tells what such bytes say.");
    try (Server server = Server.builder(transport).serve(SAME, order -> order).listen(0)) {
      int first = 0;
      for (String label : FoundEncodings.ALL.labels()) {
        int bytes = show(server, label, first);
        first = first == 0 ? bytes : first;
      }
    }
  }

  /**
   * Shows one.
   *
   * @param first how many bytes the first one took; 0 if this is it
   * @return how many it took
   */
  private int show(Server server, String label, int first) {
    Seen seen = new Seen();
    Order order = Order.example();
    String shown;
    boolean good = false;
    try (Client client =
        Client.builder(new Wiretap(transport, seen))
            .encoding(label)
            .timeout(TIMEOUT)
            .connect(server.address())) {
      good = client.call(SAME, order).equals(order) && seen.isAllIn(label);
      shown = sizes(seen, first);
    } catch (RpcException e) {
      shown = CallFailure.headline(e);
    }
    claims.line(good, label, shown, "the same order, in " + label);
    return seen.bytes();
  }

  private static String sizes(Seen seen, int first) {
    double share = first == 0 ? PERCENT : PERCENT * seen.bytes() / first;
    return String.format(
        Locale.ROOT,
        "request %,5d bytes   reply %,5d bytes   %3.0f %%",
        seen.request.get().length,
        seen.reply.get().length,
        share);
  }
}
