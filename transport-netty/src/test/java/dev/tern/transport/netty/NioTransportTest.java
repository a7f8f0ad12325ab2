package dev.tern.transport.netty;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.SocketTransportContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class NioTransportTest extends SocketTransportContract {

  @Override
  protected Transport newTransport() {
    return NettyTransport.builder().mechanism(IoMechanism.NIO).build();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-netty-";
  }
}
