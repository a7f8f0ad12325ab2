package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own for {@link DescriptorsUsedUpTest}: prints its port, echoes, ends with stdin.
 */
final class EchoProcess {

  private EchoProcess() {}

  public static void main(String[] args) throws IOException {
    IoMechanism mechanism = IoMechanism.valueOf(args[0]);
    try (NettyTransport transport = NettyTransport.builder().mechanism(mechanism).build()) {
      InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      System.out.println(transport.listen(anyPort, Echo::new).address().getPort());
      int end = System.in.read();
      System.out.println("ended by " + end);
    }
  }

  private record Echo(Connection connection) implements ConnectionHandler {
    @Override
    public void onBytes(byte[] buffer, int offset, int length) {
      connection.write(Arrays.copyOfRange(buffer, offset, offset + length));
      connection.flush();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onEndOfInput() {
      connection.close();
    }

    @Override
    public void onSendProgress() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }
}
