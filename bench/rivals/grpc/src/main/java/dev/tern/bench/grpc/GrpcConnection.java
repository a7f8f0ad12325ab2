package dev.tern.bench.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Work;
import dev.tern.bench.grpc.proto.AddRequest;
import dev.tern.bench.grpc.proto.Address;
import dev.tern.bench.grpc.proto.BenchGrpc;
import dev.tern.bench.grpc.proto.Bytes;
import dev.tern.bench.grpc.proto.Item;
import dev.tern.bench.grpc.proto.Order;
import io.grpc.ManagedChannel;

/**
 * A channel, which is one connection.
 *
 * @param direct calls by the future stub, else by the blocking one
 */
record GrpcConnection(ManagedChannel channel, boolean direct) implements Connection {
  @Override
  public Call call(Work work) {
    var blocking = BenchGrpc.newBlockingStub(channel);
    var future = BenchGrpc.newFutureStub(channel);
    return switch (work) {
      case ADD -> {
        AddRequest request = AddRequest.newBuilder().setA(1).setB(2).build();
        yield direct
            ? () -> Expect.sum(future.add(request).get().getSum())
            : () -> Expect.sum(blocking.add(request).getSum());
      }
      case ECHO_ORDER, ECHO_LARGE_ORDER -> {
        Order order = order(work.order());
        yield direct
            ? () -> Expect.equal(order, future.echoOrder(order).get())
            : () -> Expect.equal(order, blocking.echoOrder(order));
      }
      case HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      case ECHO_64K, ECHO_1M, ECHO_BYTES -> {
        Work text1m = work == Work.ECHO_BYTES ? Work.ECHO_1M : work;
        ByteString text = ByteString.copyFrom(text1m.text(), UTF_8);
        Bytes bytes = Bytes.newBuilder().setBytes(text).build();
        yield direct
            ? () -> Expect.equal(bytes, future.echoBytes(bytes).get())
            : () -> Expect.equal(bytes, blocking.echoBytes(bytes));
      }
    };
  }

  private static Order order(dev.tern.bench.contender.Order order) {
    var address = order.address();
    Order.Builder builder =
        Order.newBuilder()
            .setId(order.id())
            .setCustomer(order.customer())
            .setPaid(order.paid())
            .setTotal(order.total())
            .setAddress(
                Address.newBuilder()
                    .setStreet(address.street())
                    .setCity(address.city())
                    .setZip(address.zip())
                    .setCountry(address.country()));
    for (var item : order.items()) {
      builder.addItems(
          Item.newBuilder()
              .setSku(item.sku())
              .setTitle(item.title())
              .setQuantity(item.quantity())
              .setPrice(item.price()));
    }
    return builder.build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
