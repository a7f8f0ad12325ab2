/** What tests of Tern, and of programs that use it, need. */
module dev.tern.testkit {
  requires static transitive org.jspecify;
  requires transitive dev.tern.core;
  requires transitive dev.tern.transport.memory;
  requires transitive tools.jackson.databind;

  exports dev.tern.testkit;
}
