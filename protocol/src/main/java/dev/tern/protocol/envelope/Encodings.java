package dev.tern.protocol.envelope;

import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encodings that one end speaks: JSON, and what else it has. Immutable. */
public final class Encodings {
  /** JSON alone. */
  public static final Encodings JSON_ONLY = new Encodings(List.of());

  private final List<Encoding> all;

  /** JSON and these. */
  public Encodings(Collection<? extends Encoding> others) {
    List<Encoding> known = new ArrayList<>();
    known.add(JsonEncoding.JSON);
    for (Encoding other : others) {
      if (known.stream().noneMatch(one -> one.label().equals(other.label()))) {
        known.add(other);
      }
    }
    this.all = List.copyOf(known);
  }

  /** The one with this label; null if it is not spoken. */
  public @Nullable Encoding find(String label) {
    for (Encoding one : all) {
      if (one.label().equals(label)) {
        return one;
      }
    }
    return null;
  }

  /** Their labels, JSON's first. */
  public List<String> labels() {
    return all.stream().map(Encoding::label).toList();
  }
}
