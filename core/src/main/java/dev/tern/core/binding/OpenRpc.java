package dev.tern.core.binding;

import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The OpenRPC document that a server gives to who asks {@code rpc.discover}. */
public final class OpenRpc {
  /** The version of the OpenRPC specification that the document follows. */
  public static final String VERSION = "1.3.2";

  private OpenRpc() {}

  /**
   * What the document says about one method.
   *
   * @param params the type of its params; {@code Void} for none
   * @param result the type of its result; {@code Void} for none
   * @param effect READ, IDEMPOTENT, ONCE or UNSAFE
   * @param description one sentence for people; null for none
   */
  public record MethodDoc(
      String name, Type params, Type result, String effect, @Nullable String description) {}

  /**
   * The document, as JSON in UTF-8.
   *
   * @param title the service's name
   * @param version the service's own version
   */
  public static byte[] document(String title, String version, List<MethodDoc> methods) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
    Schemas schemas = new Schemas();
    List<Object> described = new ArrayList<>();
    for (MethodDoc method : methods) {
      described.add(describe(method, codec, schemas));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openrpc", VERSION);
    document.put("info", Schemas.ordered("title", title, "version", version));
    document.put("methods", described);
    document.put("components", Map.of("schemas", schemas.definitions()));
    return JsonCodec.DEFAULT.encode(document).toByteArray();
  }

  private static Map<String, Object> describe(MethodDoc method, JsonCodec codec, Schemas schemas) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", method.name());
    if (method.description() != null) {
      out.put("description", method.description());
    }
    ValueBinder params = codec.binder(method.params());
    if (params instanceof RecordBinder record) {
      out.put("paramStructure", "either");
      out.put("params", descriptors(record, schemas));
    } else if (params instanceof VoidBinder) {
      out.put("paramStructure", "either");
      out.put("params", List.of());
    } else if (params instanceof MessageBinder) {
      out.put("params", List.of());
      out.put("x-params", params.schema(schemas));
    } else {
      // OpenRPC has words for named params only: what a map or a list may hold stands beside it.
      Map<String, Object> schema =
          params instanceof ForeignBinder leaf ? leaf.schemaHere(schemas) : params.schema(schemas);
      if (schema.get("properties") instanceof Map<?, ?> properties) {
        out.put("paramStructure", "either");
        out.put("params", descriptors(properties, schema.get("required")));
      } else {
        out.put("paramStructure", "array".equals(schema.get("type")) ? "by-position" : "by-name");
        out.put("params", List.of());
        out.put("x-params", schema);
      }
    }
    Map<String, Object> result = codec.binder(method.result()).schema(schemas);
    out.put("result", Schemas.ordered("name", "result", "schema", result));
    out.put("x-effect", method.effect());
    return out;
  }

  private static List<Object> descriptors(RecordBinder record, Schemas schemas) {
    List<Object> out = new ArrayList<>();
    for (RecordBinder.Component component : record.components()) {
      Map<String, Object> descriptor = new LinkedHashMap<>();
      descriptor.put("name", component.name().text());
      descriptor.put("required", component.isRequired());
      descriptor.put("schema", RecordBinder.schemaOf(component, schemas));
      out.add(descriptor);
    }
    return out;
  }

  /** Of what is an object and has been described by somebody else. */
  private static List<Object> descriptors(Map<?, ?> properties, @Nullable Object required) {
    List<Object> out = new ArrayList<>();
    properties.forEach(
        (name, schema) -> {
          Map<String, Object> descriptor = new LinkedHashMap<>();
          descriptor.put("name", name);
          descriptor.put("required", required instanceof List<?> names && names.contains(name));
          descriptor.put("schema", schema);
          out.add(descriptor);
        });
    return out;
  }
}
