package dev.tern.protocol.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of known strings that a slice of bytes is looked up in without allocation. Immutable.
 */
public final class JsonNames {
  private final List<JsonName> names;
  private final @Nullable JsonName[] table;
  private final int[] indexes;
  private final int mask;

  private JsonNames(List<JsonName> names) {
    this.names = names;
    // At most a quarter full: most misses end at the first slot.
    int slots = Integer.highestOneBit(Math.max(4, names.size() * 4 - 1)) << 1;
    this.table = new @Nullable JsonName[slots];
    this.indexes = new int[slots];
    this.mask = slots - 1;
    for (int i = 0; i < names.size(); i++) {
      put(names.get(i), i);
    }
  }

  /**
   * The set of these strings.
   *
   * @throws IllegalArgumentException if one is there twice or holds a lone surrogate
   */
  public static JsonNames of(String... names) {
    return of(List.of(names));
  }

  /** The names of a list, in its order. */
  public static JsonNames of(List<String> names) {
    return new JsonNames(names.stream().map(JsonName::of).toList());
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** The name at an index: the order they were given in. */
  public JsonName get(int index) {
    return names.get(index);
  }

  /** The index of the name that these bytes, of this first word, spell, or -1. */
  int indexOf(long firstWord, byte[] utf8, int start, int end) {
    int hash = JsonName.hash(firstWord, utf8, start, end);
    for (int slot = slot(hash); ; slot = (slot + 1) & mask) {
      JsonName name = table[slot];
      if (name == null) {
        return -1;
      }
      if (name.hash() == hash && name.equalsUtf8(firstWord, utf8, start, end)) {
        return indexes[slot];
      }
    }
  }

  private void put(JsonName name, int index) {
    int slot = slot(name.hash());
    for (JsonName other = table[slot]; other != null; other = table[slot]) {
      if (other.text().equals(name.text())) {
        throw new IllegalArgumentException("name twice: " + name);
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = name;
    indexes[slot] = index;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & mask;
  }
}
