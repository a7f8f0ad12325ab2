import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Errors, deadlines and many calls at once, with {@code ShopServer}. */
public class ShopClient {
  record Item(String name) {}

  static final Method<Item, Integer> PRICE =
      Method.of("shop.price", Item.class, Integer.class).effect(Effect.READ);
  static final Method<Item, Integer> DELIVERY_DAYS =
      Method.of("shop.deliveryDays", Item.class, Integer.class).effect(Effect.READ);

  public static void main(String[] args) {
    int port = args.length == 0 ? 7070 : Integer.parseInt(args[0]);
    try (ThreadsTransport transport = new ThreadsTransport();
        Client client = Client.builder(transport).connect("127.0.0.1", port)) {

      // An error says what went wrong, and whether the operation may have taken effect.
      try {
        client.call(PRICE, new Item("plum"));
      } catch (RpcException e) {
        System.out.println(e.code() + ", executed: " + e.executed().wire() + ", " + e.details());
      }

      // A deadline: whoever waits is told in time, and the server stops working for nobody.
      try {
        client.call(DELIVERY_DAYS, new Item("pear"), CallOptions.timeout(Duration.ofMillis(100)));
      } catch (RpcException e) {
        System.out.println(e.code() + ", executed: " + e.executed().wire());
      }

      // Many calls at once over the one connection: together they take as long as one.
      List<CompletableFuture<Integer>> days =
          List.of("apple", "pear", "fig").stream()
              .map(name -> client.callAsync(DELIVERY_DAYS, new Item(name)))
              .toList();
      System.out.println("days: " + days.stream().map(CompletableFuture::join).toList());
    }
  }
}
