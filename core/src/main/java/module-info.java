/** Client, server, filters, and the seam to transports. */
module dev.tern.core {
  requires static transitive org.jspecify;
  requires transitive dev.tern.protocol;
  requires org.slf4j;
  requires tools.jackson.databind;

  exports dev.tern.core;
  exports dev.tern.core.client;
  exports dev.tern.core.runtime;
  exports dev.tern.core.server;
  exports dev.tern.core.transport;
}
