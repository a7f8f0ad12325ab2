package dev.tern.cli.offer;

import dev.tern.cli.terminal.Similar;
import dev.tern.core.Effect;
import dev.tern.core.transport.HostPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a server says that it offers, an OpenRPC document. A foreign server may leave anything out.
 *
 * @param title the service's name and version
 * @param types the schemas that others refer to, by name
 */
public record Offer(String title, List<OfferedMethod> methods, Map<String, Schema> types) {
  /** The method that tells it. */
  public static final String DISCOVER = "rpc.discover";

  /** What the protocol has methods for, which no document lists. */
  private static final List<String> OF_THE_PROTOCOL =
      List.of(
          "rpc.cancel",
          DISCOVER,
          "rpc.health",
          "rpc.hello",
          "rpc.outcome",
          "rpc.ping",
          "rpc.stats");

  /**
   * References that lead from one to the next are followed so far: a document may lead in circles.
   */
  private static final int MAX_REFERENCES = 16;

  /** One method. */
  public record OfferedMethod(
      String name,
      String description,
      @Nullable String effect,
      @Nullable List<Param> params,
      @Nullable Schema wholeParams,
      Schema result) {

    private static OfferedMethod of(Map<?, ?> json) {
      Object result = json.get("result") instanceof Map<?, ?> said ? said.get("schema") : null;
      return new OfferedMethod(
          String.valueOf(json.get("name")),
          json.get("description") instanceof String said ? said : "",
          json.get("x-effect") instanceof String said ? said : null,
          json.get("params") instanceof List<?> said ? said.stream().map(Param::of).toList() : null,
          json.get("x-params") instanceof Map<?, ?> said ? new Schema(said) : null,
          Schema.of(result));
    }

    /** What it takes by name; null if it does not say. */
    public @Nullable List<Param> named() {
      return wholeParams == null ? params : null;
    }
  }

  /** One parameter. */
  public record Param(String name, boolean required, Schema schema) {
    private static Param of(@Nullable Object json) {
      Map<?, ?> said = json instanceof Map<?, ?> object ? object : Map.of();
      return new Param(
          String.valueOf(said.get("name")),
          Boolean.TRUE.equals(said.get("required")),
          Schema.of(said.get("schema")));
    }
  }

  /**
   * Reads a document.
   *
   * @param json the result of {@link #DISCOVER}
   */
  public static Offer of(byte[] json) {
    Map<?, ?> document = JsonTree.of(json) instanceof Map<?, ?> object ? object : Map.of();
    List<OfferedMethod> methods = new ArrayList<>();
    if (document.get("methods") instanceof List<?> said) {
      for (Object one : said) {
        if (one instanceof Map<?, ?> method) {
          methods.add(OfferedMethod.of(method));
        }
      }
    }
    Map<String, Schema> types = new LinkedHashMap<>();
    if (document.get("components") instanceof Map<?, ?> components
        && components.get("schemas") instanceof Map<?, ?> said) {
      said.forEach((name, schema) -> types.put(String.valueOf(name), Schema.of(schema)));
    }
    return new Offer(title(document.get("info")), methods, types);
  }

  private static String title(@Nullable Object info) {
    if (!(info instanceof Map<?, ?> said) || !(said.get("title") instanceof String title)) {
      return "a service without a name";
    }
    return said.get("version") instanceof String version ? title + " " + version : title;
  }

  /** The method of that name; null if there is none. */
  public @Nullable OfferedMethod method(String name) {
    return methods.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  /** The names of all methods. */
  public List<String> methodNames() {
    return methods.stream().map(OfferedMethod::name).toList();
  }

  /**
   * What is said of a method that is not offered; null if it is, or is one of the protocol's, which
   * are offered without a word.
   *
   * @param server where to ask for those that are
   */
  public @Nullable String ifUnknown(String name, HostPort server) {
    if (OF_THE_PROTOCOL.contains(name) || method(name) != null) {
      return null;
    }
    if (name.startsWith("rpc.")) {
      String known = " (expected: one of " + String.join(", ", OF_THE_PROTOCOL) + ")";
      String meant = Similar.question(name, OF_THE_PROTOCOL);
      return name + " is no method of the protocol" + (meant.isEmpty() ? known : meant);
    }
    String meant = Similar.question(name, methodNames());
    return name
        + " is no method of this server"
        + (meant.isEmpty() ? "; tern call " + server + " lists them" : meant);
  }

  /**
   * What is said to a caller who takes a method for one of another effect, where that leads to what
   * he does not expect: what shall happen once is not remembered, or what may be made again may
   * not. Null if it does not, or the server does not say what the effect is.
   */
  public @Nullable String ifOtherwise(String name, Effect believed) {
    OfferedMethod offered = method(name);
    String effect = offered == null ? null : offered.effect();
    if (effect == null || effect.equals(believed.name())) {
      return null;
    }
    boolean mayRepeat = believed == Effect.READ || believed == Effect.IDEMPOTENT;
    boolean doesHarm = effect.equals(Effect.ONCE.name()) || effect.equals(Effect.UNSAFE.name());
    return believed == Effect.ONCE
        ? ofAnother(name, effect)
        : mayRepeat && doesHarm
            ? name + " is declared " + effect + " at this server, and may run more than once"
            : null;
  }

  private static String ofAnother(String name, String effect) {
    return name
        + " is declared "
        + effect
        + " at this server, which remembers operations of ONCE methods alone";
  }

  /**
   * Why a server can know nothing of operations of a method, whatever their key: it has not got it,
   * or not as one that must happen once. Null if it can, or does not say.
   *
   * @param server where to ask for those that are offered
   */
  public @Nullable String ifForgotten(String name, HostPort server) {
    OfferedMethod offered = method(name);
    String effect = offered == null ? null : offered.effect();
    return effect == null || effect.equals(Effect.ONCE.name())
        ? ifUnknown(name, server)
        : ofAnother(name, effect);
  }

  /** The names of all methods and types. */
  public List<String> names() {
    return Stream.concat(methodNames().stream(), types.keySet().stream()).toList();
  }

  /** What a method takes by this name: one of its params, or what the map that it takes holds. */
  public Schema param(OfferedMethod method, String name) {
    Schema wholeParams = method.wholeParams();
    if (wholeParams == null) {
      List<Param> params = method.params() == null ? List.of() : method.params();
      return params.stream()
          .filter(param -> param.name().equals(name))
          .findFirst()
          .map(Param::schema)
          .orElse(Schema.ANY);
    }
    Schema values = resolve(wholeParams).values();
    return values == null ? Schema.ANY : values;
  }

  /** A schema, or what it refers to; what refers to nothing that is there says nothing. */
  public Schema resolve(Schema schema) {
    Schema found = schema;
    for (int i = 0; i < MAX_REFERENCES; i++) {
      String reference = found.reference();
      if (reference == null) {
        return found;
      }
      found = types.getOrDefault(reference, Schema.ANY);
    }
    return Schema.ANY;
  }

  /** All types that the schemas refer to, directly or through others, in their order. */
  public Set<String> typesIn(List<Schema> schemas) {
    Set<String> reached = new LinkedHashSet<>();
    List<Schema> next = new ArrayList<>(schemas);
    while (!next.isEmpty()) {
      for (String name : next.removeFirst().references()) {
        Schema type = types.get(name);
        if (type != null && reached.add(name)) {
          next.add(type);
        }
      }
    }
    return reached;
  }

  /** This type, and all that refer to it, directly or through others. */
  public Set<String> typesThatHold(String name) {
    Map<String, List<String>> referring = new HashMap<>();
    types.forEach(
        (type, schema) ->
            schema
                .references()
                .forEach(to -> referring.computeIfAbsent(to, _ -> new ArrayList<>()).add(type)));
    Set<String> reached = new LinkedHashSet<>(Set.of(name));
    Deque<String> next = new ArrayDeque<>(reached);
    while (!next.isEmpty()) {
      for (String type : referring.getOrDefault(next.removeFirst(), List.of())) {
        if (reached.add(type)) {
          next.add(type);
        }
      }
    }
    return reached;
  }

  /** What a value is in words, and that it may be null. */
  public String orNull(Schema schema, String words) {
    return typesOf(schema).contains("null") && !words.equals("null") ? words + " or null" : words;
  }

  /** The JSON types that a value may have, {@code null} among them; empty if any fits. */
  public Set<String> typesOf(Schema schema) {
    Schema said = resolve(schema);
    Set<String> types = new LinkedHashSet<>(said.types());
    for (Schema choice : said.choices()) {
      List<String> some = resolve(choice).types();
      if (some.isEmpty()) {
        return Set.of();
      }
      types.addAll(some);
    }
    return types;
  }
}
