/**
 * For tests of programs that use Tern: a clock that the test moves, a peer that does what a script
 * says, and a network with faults. The in-memory transport comes with it.
 */
module dev.tern.testkit {
  requires static transitive org.jspecify;
  requires transitive dev.tern.core;
  requires transitive dev.tern.transport.memory;
  requires transitive tools.jackson.databind;

  exports dev.tern.testkit;
}
