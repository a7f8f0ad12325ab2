/** The protocol without any I/O. */
module dev.tern.protocol {
  requires static transitive org.jspecify;

  exports dev.tern.protocol;
  exports dev.tern.protocol.json;
}
