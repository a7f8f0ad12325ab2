package dev.tern.bench.grpc;

import dev.tern.bench.grpc.proto.AddReply;
import dev.tern.bench.grpc.proto.AddRequest;
import dev.tern.bench.grpc.proto.BenchGrpc;
import dev.tern.bench.grpc.proto.Bytes;
import dev.tern.bench.grpc.proto.Order;
import io.grpc.stub.StreamObserver;

/** The server's methods. */
final class BenchService extends BenchGrpc.BenchImplBase {
  @Override
  public void add(AddRequest request, StreamObserver<AddReply> observer) {
    observer.onNext(AddReply.newBuilder().setSum(request.getA() + request.getB()).build());
    observer.onCompleted();
  }

  @Override
  public void echoOrder(Order order, StreamObserver<Order> observer) {
    observer.onNext(order);
    observer.onCompleted();
  }

  @Override
  public void echoBytes(Bytes bytes, StreamObserver<Bytes> observer) {
    observer.onNext(bytes);
    observer.onCompleted();
  }
}
