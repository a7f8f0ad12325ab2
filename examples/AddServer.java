import dev.tern.core.Method;
import dev.tern.core.server.Server;
import dev.tern.transport.threads.ThreadsTransport;

/** Serves one method: {@code java -cp 'dist/*' examples/AddServer.java [PORT]}. */
public class AddServer {
  record Numbers(int a, int b) {}

  static final Method<Numbers, Integer> ADD = Method.of("add", Numbers.class, Integer.class);

  public static void main(String[] args) throws Exception {
    int port = args.length == 0 ? 7070 : Integer.parseInt(args[0]);
    Server server =
        Server.builder(new ThreadsTransport())
            .exposeErrors(true) // for learning only: a bare caller sees what went wrong in here
            .serve(ADD, numbers -> Math.addExact(numbers.a(), numbers.b()))
            .listen(port);
    System.out.println("listening on port " + server.port());
    server.awaitTermination(); // until Ctrl-C
  }
}
