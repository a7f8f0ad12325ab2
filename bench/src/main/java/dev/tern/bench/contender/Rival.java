package dev.tern.bench.contender;

import java.util.List;

/**
 * A system to be measured: found as a service in the jars of a folder of {@code dist/rivals/}. The
 * driver makes one only to read what it says of itself, so making it must not touch the system's
 * classes.
 */
public interface Rival {

  /** The library whose version is reported: its jar is called {@code ARTIFACT-VERSION.jar}. */
  String artifact();

  /** The ways in which it is measured. */
  List<Contender> contenders();

  /** Further ways, which are measured if they are asked for by name. */
  default List<Contender> variants() {
    return List.of();
  }

  /** Servers that understand Tern's frames, to be fed by a generator. */
  default List<Served> servers() {
    return List.of();
  }
}
