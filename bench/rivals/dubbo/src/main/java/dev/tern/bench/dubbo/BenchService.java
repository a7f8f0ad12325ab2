package dev.tern.bench.dubbo;

import java.util.concurrent.CompletableFuture;

/** The server's methods; futures are Dubbo's way to call without blocking a thread. */
public interface BenchService {
  CompletableFuture<Integer> add(int a, int b);

  CompletableFuture<OrderBean> echoOrder(OrderBean order);
}
