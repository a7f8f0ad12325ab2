package dev.tern.races;

import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Of {@code MemoryStoreModel}: looks whether an operation runs, then says that it does. */
@Param(name = "operation", gen = IntGen.class, conf = "0:1")
public class PlantedStore {
  private final ConcurrentHashMap<Integer, String> known = new ConcurrentHashMap<>();

  @Operation
  public String claim(@Param(name = "operation") int number) {
    if (known.containsKey(number)) {
      return "RUNNING";
    }
    known.put(number, "RUNNING");
    return "MINE";
  }

  @Operation
  public String look(@Param(name = "operation") int number) {
    return known.getOrDefault(number, "UNKNOWN");
  }
}
