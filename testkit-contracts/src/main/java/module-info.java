/** The contract that every transport must pass, as JUnit tests. */
module dev.tern.testkit.contracts {
  requires static transitive org.jspecify;
  requires transitive dev.tern.testkit;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports dev.tern.testkit.contracts;
}
