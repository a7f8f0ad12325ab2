/**
 * How Java types travel, said by annotations: without dependencies, so that any type may use it.
 */
module dev.tern.contract {
  requires static org.jspecify;

  exports dev.tern.contract;
}
