package dev.tern.core.binding;

import static java.util.Map.entry;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.Refusal;
import dev.tern.core.binding.type.JdkTypes;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Which container is made for which type. */
final class Containers {
  private static final Class<?> LIST = ArrayList.class;
  private static final Class<?> MAP = LinkedHashMap.class;

  /** What is made for an interface or an abstract class. */
  private static final Map<Class<?>, Class<?>> MADE =
      Map.ofEntries(
          entry(Collection.class, LIST),
          entry(SequencedCollection.class, LIST),
          entry(List.class, LIST),
          entry(AbstractList.class, LIST),
          entry(Set.class, LinkedHashSet.class),
          entry(SequencedSet.class, LinkedHashSet.class),
          entry(AbstractSet.class, LinkedHashSet.class),
          entry(SortedSet.class, TreeSet.class),
          entry(NavigableSet.class, TreeSet.class),
          entry(Queue.class, LinkedList.class),
          entry(Deque.class, LinkedList.class),
          entry(Map.class, MAP),
          entry(SequencedMap.class, MAP),
          entry(AbstractMap.class, MAP),
          entry(SortedMap.class, TreeMap.class),
          entry(NavigableMap.class, TreeMap.class),
          entry(ConcurrentMap.class, ConcurrentHashMap.class),
          entry(ConcurrentNavigableMap.class, ConcurrentSkipListMap.class));

  private Containers() {}

  /** Makes containers of one type. */
  static final class Maker<C> {
    private final Class<?> made;
    private final IntFunction<C> empty;

    private Maker(Class<?> made, IntFunction<C> empty) {
      this.made = made;
      this.empty = empty;
    }

    /**
     * A container with these contents.
     *
     * @param all a list or a map that holds them, and is taken itself if it is what is wanted
     * @throws BindingException if the container refuses one of them
     */
    Object make(int size, Consumer<C> fill, Object all) {
      if (made == LIST || made == MAP) {
        return all;
      }
      try {
        C container = empty.apply(size);
        fill.accept(container);
        return container;
      } catch (RuntimeException e) {
        throw Refusal.of("", e);
      }
    }
  }

  /**
   * What makes containers of that type.
   *
   * @param type of a collection or a map
   * @param first the type of its elements, or of its keys
   * @return null if none can be made
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // the caller has looked at what the type extends
  static <C> @Nullable Maker<C> of(Class<?> type, Class<?> first) {
    if (type == EnumSet.class) {
      return first.isEnum()
          ? new Maker<>(type, _ -> (C) EnumSet.noneOf((Class<Enum>) first))
          : null;
    }
    if (type == EnumMap.class) {
      return first.isEnum() ? new Maker<>(type, _ -> (C) new EnumMap<>((Class<Enum>) first)) : null;
    }
    if (type == ArrayBlockingQueue.class) {
      return new Maker<>(type, size -> (C) new ArrayBlockingQueue<Object>(Math.max(1, size)));
    }
    Class<?> made = MADE.getOrDefault(type, type);
    Constructor<?> constructor = constructor(made);
    return constructor == null ? null : new Maker<>(made, _ -> (C) newInstance(constructor));
  }

  private static @Nullable Constructor<?> constructor(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers()) || JdkTypes.NEVER_FILLED.contains(type)) {
      return null;
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      if (!JdkTypes.isOfTheJdk(type)) {
        constructor.setAccessible(true);
      }
      return Modifier.isPublic(constructor.getModifiers() & type.getModifiers())
              || !JdkTypes.isOfTheJdk(type)
          ? constructor
          : null;
    } catch (NoSuchMethodException | InaccessibleObjectException e) {
      return null;
    }
  }

  private static Object newInstance(Constructor<?> constructor) {
    try {
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor + " has failed", e);
    }
  }

  static String noneCanBeMade(Class<?> type) {
    return type.getName()
        + ": none can be made of JSON (expected: another container, such as List, Set, Map,"
        + " Deque)";
  }
}
