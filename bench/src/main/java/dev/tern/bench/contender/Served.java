package dev.tern.bench.contender;

import java.util.List;

/** A server to be measured, in a JVM of its own. */
public interface Served {

  /** The name on the command line and in tables: lower case, with hyphens. */
  String name();

  /** How it is configured, in a sentence for the reader of the results. */
  String configuration();

  /** Flags that its JVMs need on top of everybody's, because it does not run without them. */
  default List<String> jvmFlags() {
    return List.of();
  }

  /** Starts the server on a free port of 127.0.0.1. */
  ServerSide serve() throws Exception;
}
