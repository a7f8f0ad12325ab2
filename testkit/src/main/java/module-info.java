/** What tests of Tern, and of programs that use it, need. */
module dev.tern.testkit {
  requires transitive dev.tern.core;
  requires transitive org.junit.jupiter.api;
  requires transitive tools.jackson.databind;
  requires org.assertj.core;
  requires static transitive org.jspecify;

  exports dev.tern.testkit;
}
