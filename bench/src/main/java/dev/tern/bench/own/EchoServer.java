package dev.tern.bench.own;

import dev.tern.bench.contender.Served;
import dev.tern.bench.contender.ServerSide;

/** The echo's server, for the generator. */
record EchoServer() implements Served {
  @Override
  public String name() {
    return "echo-server";
  }

  @Override
  public String configuration() {
    return "a bare Netty server that sends back what it reads";
  }

  @Override
  public ServerSide serve() throws Exception {
    return NettyServer.listen(EchoHandler::new);
  }
}
