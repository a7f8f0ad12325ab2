package dev.tern.bench.own;

import dev.tern.bench.contender.FreePort;
import dev.tern.bench.contender.Served;
import dev.tern.bench.contender.ServerSide;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** What {@code ./tern serve --lane inline} starts. */
record CommandLineServer() implements Served {
  private static final long START_NANOS = Duration.ofSeconds(20).toNanos();

  @Override
  public String name() {
    return "serve-inline";
  }

  @Override
  public String configuration() {
    return "./tern serve --lane inline";
  }

  @Override
  public ServerSide serve() throws Exception {
    int port = FreePort.find();
    Thread.ofPlatform()
        .daemon()
        .name("serve")
        .start(
            () ->
                dev.tern.cli.Main.main(
                    new String[] {"serve", "--lane", "inline", "--port", String.valueOf(port)}));
    awaitListening(port);
    return new ServerSide() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public long directBytes() {
        return NettyMemory.directBytes();
      }

      @Override
      public void close() {
        // It ends with the process, as it does at the command line.
      }
    };
  }

  private static void awaitListening(int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + START_NANOS;
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("serve does not listen on port " + port, e);
        }
        Thread.sleep(50);
      }
    }
  }
}
