package dev.tern.core.binding;

import dev.tern.core.EncodedJson;
import dev.tern.core.binding.type.GenericType;
import dev.tern.core.binding.type.JdkTypes;
import dev.tern.core.binding.type.ModuleAccess;
import dev.tern.core.binding.type.Nullability;
import dev.tern.core.binding.type.SerialNames;
import dev.tern.protocol.value.Name;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Knows what binds a type, and makes it once. What is declared is bound as it is declared; an
 * object of which nothing is declared is written as what it is. For many threads.
 */
final class Binders {
  /** A method takes 255 arguments, of which a long counts twice; a method handle has some too. */
  private static final int MAX_ARGUMENTS = 250;

  private final boolean refusesUnknown;
  private final boolean writesDeclared;
  private final @Nullable ForeignBinding foreign;
  private final @Nullable MessageBinding messages;
  private final AnyBinder any = new AnyBinder(this);

  /** By class: no ClassValue, which a class of an outliving loader would keep. */
  private final ConcurrentMap<Class<?>, ValueBinder> byClass = new ConcurrentHashMap<>();

  /** By types as users write them; what is in {@link #byType}, without its lock. */
  private final ConcurrentMap<Type, ValueBinder> byDeclared = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Also those that are being made. Guarded by lock. */
  private final Map<GenericType, ValueBinder> byType = new HashMap<>();

  /**
   * @param refusesUnknown whether fields that a type does not declare are an error
   * @param writesDeclared whether a value is written as what it was declared to be; else what has
   *     no form of its own is written as what it is
   * @param foreign binds what has no shape here; null for nobody
   * @param messages binds the messages of another library; null for nobody
   */
  Binders(
      boolean refusesUnknown,
      boolean writesDeclared,
      @Nullable ForeignBinding foreign,
      @Nullable MessageBinding messages) {
    this.refusesUnknown = refusesUnknown;
    this.writesDeclared = writesDeclared;
    this.foreign = foreign;
    this.messages = messages;
  }

  // --- declared types ---

  /** The binder of a declared type; one that has no form has a binder which says so. */
  ValueBinder of(GenericType declared) {
    lock.lock();
    try {
      GenericType type = declared.itself();
      ValueBinder known = byType.get(type);
      if (known != null) {
        return known;
      }
      RecursiveBinder within = new RecursiveBinder();
      byType.put(type, within);
      try {
        ValueBinder made = make(type);
        within.become(made);
        byType.put(type, made);
        return made;
      } catch (RuntimeException | Error e) {
        byType.remove(type); // nobody shall meet what was never made
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #of(GenericType)}, for who asks at each call. */
  ValueBinder declared(Type type) {
    ValueBinder known = byDeclared.get(type);
    if (known == null) {
      known = of(GenericType.of(type));
      byDeclared.put(type, known);
    }
    return known;
  }

  private ValueBinder make(GenericType type) {
    Class<?> raw = type.raw();
    ValueBinder simple = simple(raw);
    if (simple != null) {
      return simple;
    }
    if (raw.isArray()) {
      GenericType content = type.content();
      return new ArrayBinder(raw.getComponentType(), of(content), content.isRequired());
    }
    if (raw == Optional.class) {
      return OptionalBinder.of(of(type.content()));
    }
    String problem = JdkTypes.problemOfDeclared(raw);
    if (problem != null) {
      return new UnfitBinder(problem, null);
    }
    GenericType collection = type.as(Collection.class);
    if (collection != null) {
      GenericType content = collection.content();
      return new ListBinder(
          raw, of(content), content.isRequired(), Containers.of(raw, content.raw()));
    }
    GenericType map = type.as(Map.class);
    if (map != null) {
      GenericType key = map.arguments().getFirst();
      GenericType content = map.content();
      return new MapBinder(
          raw, of(key), of(content), content.isRequired(), Containers.of(raw, key.raw()));
    }
    ValueBinder message = message(raw);
    if (message != null) {
      return message;
    }
    if (isForeign(raw)) {
      return foreign(type);
    }
    try {
      if (raw.isEnum()) {
        return new EnumBinder(raw);
      }
      if (raw.isRecord()) {
        return record(type);
      }
      return raw.isSealed() && raw.isInterface() ? union(type) : foreign(type);
    } catch (IllegalArgumentException e) { // a name that is there twice, or is none
      return unfit(raw, String.valueOf(e.getMessage()));
    }
  }

  /** What binds a class that has no parts; null if it has. */
  private @Nullable ValueBinder simple(Class<?> raw) {
    ValueBinder known = Scalars.of(MethodType.methodType(raw).unwrap().returnType());
    if (known == null) {
      known = TextBinder.of(raw);
    }
    if (known == null) {
      known = OptionalBinder.of(raw);
    }
    if (known != null) {
      return known;
    }
    if (raw == Object.class) {
      return any;
    }
    if (raw == Void.class || raw == void.class) {
      return VoidBinder.VOID;
    }
    return raw == EncodedJson.class ? EncodedJsonBinder.ENCODED : null;
  }

  private ValueBinder record(GenericType type) {
    Class<?> raw = type.raw();
    if (type.isEndless()) {
      return unfit(
          raw, "a type without end (expected: to hold itself with the same type arguments)");
    }
    if (!ModuleAccess.isOpen(raw)) {
      return new UnfitBinder(ModuleAccess.closed(raw), null);
    }
    List<RecordBinder.Component> components = new ArrayList<>();
    for (RecordComponent component : raw.getRecordComponents()) {
      GenericType part = GenericType.of(component, type);
      components.add(
          new RecordBinder.Component(
              Name.of(SerialNames.of(component, component.getName())),
              of(part),
              Nullability.isRequired(component, part.raw()),
              handle(component.getAccessor())));
    }
    int arguments =
        Arrays.stream(raw.getRecordComponents())
            .mapToInt(one -> one.getType() == long.class || one.getType() == double.class ? 2 : 1)
            .sum();
    if (arguments > MAX_ARGUMENTS) {
      return unfit(
          raw,
          "its constructor takes "
              + arguments
              + " words (expected: at most "
              + MAX_ARGUMENTS
              + "; a long is two)");
    }
    return new RecordBinder(
        raw, Schemas.nameOf(type), components, constructor(raw), refusesUnknown);
  }

  private static UnfitBinder unfit(Class<?> raw, String problem) {
    return new UnfitBinder(raw.getName() + ": " + problem, null);
  }

  private static MethodHandle constructor(Class<?> type) {
    Class<?>[] arguments =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(arguments);
      constructor.setAccessible(true);
      return MethodHandles.lookup()
          .unreflectConstructor(constructor)
          .asSpreader(Object[].class, arguments.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (NoSuchMethodException e) {
      throw new AssertionError("a record has a canonical constructor", e);
    } catch (IllegalAccessException e) {
      throw new AssertionError("it was made accessible", e);
    }
  }

  private static MethodHandle handle(Method accessor) {
    try {
      accessor.setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(accessor)
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new AssertionError("its package is open", e);
    }
  }

  private ValueBinder union(GenericType type) {
    List<RecordBinder> cases = new ArrayList<>();
    addCases(type, cases);
    return new UnionBinder(type, cases);
  }

  /** Adds the records of a sealed interface, also of those within. */
  private void addCases(GenericType type, List<RecordBinder> cases) {
    for (Class<?> permitted : type.raw().getPermittedSubclasses()) {
      GenericType one = type.below(permitted);
      if (permitted.isSealed() && permitted.isInterface()) {
        addCases(one, cases);
      } else if (permitted.isRecord() && !isForeign(permitted)) {
        // Made here and not found by its type: it may hold the interface, which is being made.
        ValueBinder made = record(one);
        if (!(made instanceof RecordBinder known)) {
          throw new IllegalArgumentException(made.problem());
        }
        cases.add(known);
      } else {
        throw new IllegalArgumentException(
            "permits " + permitted.getName() + " (expected: records, sealed interfaces)");
      }
    }
  }

  // --- what others bind ---

  /** What binds a class of messages; null if it is none. */
  private @Nullable ValueBinder message(Class<?> raw) {
    if (messages != null) {
      return messages.claims(raw) ? new MessageBinder(raw, messages.leaf(raw)) : null;
    }
    String problem =
        raw.getName()
            + ": a message of protobuf-java"
            + " (expected: the module tern-binding-protobuf, which binds it)";
    return MessageBinding.isMessage(raw) ? new UnfitBinder(problem, null) : null;
  }

  private boolean isForeign(Class<?> raw) {
    return foreign == null ? ForeignBinding.isAnnotated(raw) : foreign.claims(raw);
  }

  private ValueBinder foreign(GenericType type) {
    return foreign == null
        ? new UnfitBinder(problemOf(type.raw()), writesDeclared ? null : any)
        : new ForeignBinder(this, type, foreign.leaf(type.toType()), writesDeclared ? null : any);
  }

  private static String problemOf(Class<?> raw) {
    boolean isAbstract = raw.isInterface() || Modifier.isAbstract(raw.getModifiers());
    if (isAbstract && !raw.getName().startsWith("tools.jackson.")) {
      return raw.getName()
          + ": abstract (expected: a record or class; a peer never chooses which is built)";
    }
    String what = raw.isRecord() || raw.isEnum() ? "annotated for Jackson" : "no record";
    return raw.getName()
        + ": "
        + what
        + " (expected: a record; or the module tern-binding-jackson, which binds it)";
  }

  // --- objects ---

  /** What writes an object of which nothing is declared. */
  ValueBinder of(Object value) {
    Class<?> type = value instanceof Enum<?> one ? one.getDeclaringClass() : value.getClass();
    ValueBinder known = byClass.get(type);
    if (known == null) {
      known = writerOf(type);
      byClass.put(type, known);
    }
    return known;
  }

  private ValueBinder writerOf(Class<?> type) {
    ValueBinder simple = simple(type);
    if (simple == null) {
      simple = TextBinder.writerOf(type);
    }
    if (simple != null && simple != any) {
      return simple;
    }
    if (type == Optional.class) {
      return OptionalBinder.of(any);
    }
    if (type.isArray() && !type.getComponentType().isPrimitive()) {
      return new ArrayBinder(type.getComponentType(), any, false);
    }
    ValueBinder message = message(type);
    if (message != null) {
      return message;
    }
    if (isForeign(type)) {
      return foreignOf(type);
    }
    String problem = JdkTypes.problemOf(type);
    if (problem != null) {
      return new UnfitBinder(problem, null);
    }
    if (Number.class.isAssignableFrom(type)) {
      return Scalars.NUMBER;
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return Objects.requireNonNull(Scalars.of(CharSequence.class));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return new ListBinder(type, any, false, null);
    }
    if (Map.class.isAssignableFrom(type)) {
      return new MapBinder(type, any, any, false, null);
    }
    return type.isArray() || type.isEnum() || type.isRecord()
        ? of(GenericType.of(type))
        : foreignOf(type);
  }

  private ValueBinder foreignOf(Class<?> type) {
    return foreign == null
        ? new UnfitBinder(problemOf(type), null)
        : new ForeignBinder(this, GenericType.of(type), foreign.leafOf(type), null);
  }
}
