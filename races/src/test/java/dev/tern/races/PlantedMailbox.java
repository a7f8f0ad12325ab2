package dev.tern.races;

import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Of {@code MailboxModel}: reads what there is, then empties it, and loses what came between. */
@Param(name = "item", gen = IntGen.class, conf = "1:3")
public class PlantedMailbox {
  private final AtomicReference<String> letters = new AtomicReference<>("");

  @Operation
  public void post(@Param(name = "item") int item) {
    letters.accumulateAndGet(String.valueOf(item), String::concat);
  }

  @Operation(nonParallelGroup = "context")
  public String takeAll() {
    String taken = letters.get();
    letters.set("");
    return taken;
  }
}
