/** Client, server, filters, and the seam to transports. */
@SuppressWarnings("module") // a module that is built later
module dev.tern.core {
  requires static transitive org.jspecify;
  requires transitive dev.tern.contract;
  requires transitive dev.tern.protocol;
  requires jdk.net;
  requires org.slf4j;

  exports dev.tern.core;
  exports dev.tern.core.access to
      dev.tern.testkit;
  exports dev.tern.core.auth;
  exports dev.tern.core.binding to
      dev.tern.binding.jackson,
      dev.tern.binding.protobuf,
      dev.tern.testkit;
  exports dev.tern.core.binding.error to
      dev.tern.binding.jackson,
      dev.tern.binding.protobuf,
      dev.tern.testkit;
  exports dev.tern.core.binding.type to
      dev.tern.binding.jackson,
      dev.tern.binding.protobuf;
  exports dev.tern.core.client;
  exports dev.tern.core.limit;
  exports dev.tern.core.log to
      dev.tern.transport.netty,
      dev.tern.transport.threads;
  exports dev.tern.core.outcome;
  exports dev.tern.core.retry;
  exports dev.tern.core.runtime;
  exports dev.tern.core.server;
  exports dev.tern.core.tls;
  exports dev.tern.core.transport;

  uses dev.tern.core.binding.ForeignBinding.Provider;
  uses dev.tern.core.binding.MessageBinding;
  uses dev.tern.protocol.compress.Compression;
  uses dev.tern.protocol.value.Encoding;
}
