package dev.tern.binding.jackson.setup;

import tools.jackson.databind.json.JsonMapper;

/**
 * Adds to what Jackson is set up with: modules, mix-ins. Found by {@link java.util.ServiceLoader};
 * one object serves all clients and servers of the process. What it allows is allowed: it is called
 * last, after all that makes Jackson strict.
 */
public interface MapperSetup {
  /** Called for each client and each server that has something for Jackson to bind. */
  void setUp(JsonMapper.Builder mapper);
}
