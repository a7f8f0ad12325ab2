package dev.tern.bench.driver;

import dev.tern.bench.contender.Served;

/**
 * A contender, and what it takes to start it.
 *
 * @param folder of the rival; {@link Rivals#OWN} for Tern and the echo
 * @param version of the system
 * @param rivalClass that knows it by name
 * @param classPath of its JVMs
 */
record Participant(
    Served served, String folder, String version, String rivalClass, String classPath) {
  String name() {
    return served.name();
  }

  /** Tern, the echo and grpc-java take part in all workloads, the others in those for all. */
  boolean isCore() {
    return folder.equals(Rivals.OWN) || folder.equals("grpc");
  }
}
