/** A transport over plain sockets, with threads that block. */
module dev.tern.transport.threads {
  requires transitive dev.tern.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.tern.transport.threads;
}
