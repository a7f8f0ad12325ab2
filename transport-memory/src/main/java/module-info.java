/** Two ends in one process. */
module dev.tern.transport.memory {
  requires static transitive org.jspecify;
  requires transitive dev.tern.core;

  exports dev.tern.transport.memory;
}
