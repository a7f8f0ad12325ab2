/** Netty's event loops: a few threads for all connections. */
module dev.tern.transport.netty {
  requires static transitive org.jspecify;
  requires transitive dev.tern.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires static io.netty.handler;
  requires static io.netty.tcnative.classes.openssl;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires org.slf4j;

  exports dev.tern.transport.netty;
}
