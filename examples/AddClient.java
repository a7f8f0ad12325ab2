import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.transport.threads.ThreadsTransport;

/** Calls {@code AddServer}: {@code java -cp 'dist/*' examples/AddClient.java [PORT]}. */
public class AddClient {
  record Numbers(int a, int b) {}

  static final Method<Numbers, Integer> ADD = Method.of("add", Numbers.class, Integer.class);

  public static void main(String[] args) {
    int port = args.length == 0 ? 7070 : Integer.parseInt(args[0]);
    try (ThreadsTransport transport = new ThreadsTransport();
        Client client = Client.builder(transport).connect("127.0.0.1", port)) {
      System.out.println("1 + 2 = " + client.call(ADD, new Numbers(1, 2)));
    }
  }
}
