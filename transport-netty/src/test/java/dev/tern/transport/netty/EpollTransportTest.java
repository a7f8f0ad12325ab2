package dev.tern.transport.netty;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.SocketTransportContract;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

@EnabledIf(value = "io.netty.channel.epoll.Epoll#isAvailable", disabledReason = "no epoll here")
@ExtendWith(LeakCheck.class)
final class EpollTransportTest extends SocketTransportContract {

  @Override
  protected Transport newTransport() {
    return NettyTransport.builder().mechanism(IoMechanism.EPOLL).build();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-netty-";
  }
}
