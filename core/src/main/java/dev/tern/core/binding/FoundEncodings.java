package dev.tern.core.binding;

import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.value.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The encodings of this process: JSON, and those whose modules are there. */
public final class FoundEncodings {
  /** All of them. */
  public static final Encodings ALL =
      new Encodings(
          ServiceLoader.load(Encoding.class, FoundEncodings.class.getClassLoader()).stream()
              .map(ServiceLoader.Provider::get)
              .toList());

  private FoundEncodings() {}

  /**
   * JSON, and some of the others.
   *
   * @throws IllegalArgumentException for one that is not there
   */
  public static Encodings of(List<String> labels) {
    List<Encoding> chosen = new ArrayList<>();
    for (String label : labels) {
      chosen.add(of(label));
    }
    return new Encodings(chosen);
  }

  /**
   * The one with this label.
   *
   * @throws IllegalArgumentException if it is not there
   */
  public static Encoding of(String label) {
    Encoding found = ALL.find(label);
    if (found == null) {
      throw new IllegalArgumentException(
          "encoding: "
              + label
              + " (expected: one of "
              + String.join(", ", ALL.labels())
              + "; others need their module, such as tern-codec-msgpack)");
    }
    return found;
  }
}
