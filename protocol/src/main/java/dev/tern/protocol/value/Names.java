package dev.tern.protocol.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of known strings that a slice of bytes is looked up in without allocation. Immutable.
 */
public final class Names {
  private final List<Name> names;
  private final @Nullable Name[] table;
  private final int[] indexes;
  private final int mask;

  private Names(List<Name> names) {
    this.names = names;
    // At most a quarter full: most misses end at the first slot.
    int slots = Integer.highestOneBit(Math.max(4, names.size() * 4 - 1)) << 1;
    this.table = new @Nullable Name[slots];
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
  public static Names of(String... names) {
    return of(List.of(names));
  }

  /** The names of a list, in its order. */
  public static Names of(List<String> names) {
    return new Names(names.stream().map(Name::of).toList());
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** The name at an index: the order they were given in. */
  public Name get(int index) {
    return names.get(index);
  }

  /** The index of the name that these bytes, of this first word, spell, or -1. */
  public int indexOf(long firstWord, byte[] utf8, int start, int end) {
    int hash = Name.hash(firstWord, utf8, start, end);
    for (int slot = slot(hash); ; slot = (slot + 1) & mask) {
      Name name = table[slot];
      if (name == null) {
        return -1;
      }
      if (name.hash() == hash && name.equalsUtf8(firstWord, utf8, start, end)) {
        return indexes[slot];
      }
    }
  }

  private void put(Name name, int index) {
    int slot = slot(name.hash());
    for (Name other = table[slot]; other != null; other = table[slot]) {
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
