/** The in-memory transport: both ends of each connection are in one process. */
module dev.tern.transport.memory {
  requires static transitive org.jspecify;
  requires transitive dev.tern.core;

  exports dev.tern.transport.memory;
}
