package dev.tern.conformance;

import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;

final class NettyRpcTest extends RpcContract {
  @Override
  Transport newTransport() {
    return NettyTransport.create();
  }
}
