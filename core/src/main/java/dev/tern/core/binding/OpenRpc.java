package dev.tern.core.binding;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

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
    TypeFactory types = TypeFactory.createDefaultInstance();
    JsonSchema schemas = new JsonSchema(types);
    List<Object> described = new ArrayList<>();
    for (MethodDoc method : methods) {
      described.add(describe(method, types, schemas));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openrpc", VERSION);
    document.put("info", Map.of("title", title, "version", version));
    document.put("methods", described);
    document.put("components", Map.of("schemas", schemas.definitions()));
    return JsonCodec.DEFAULT.encode(document).toByteArray();
  }

  private static Map<String, Object> describe(
      MethodDoc method, TypeFactory types, JsonSchema schemas) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", method.name());
    if (method.description() != null) {
      out.put("description", method.description());
    }
    JavaType params = types.constructType(method.params());
    if (params.isRecordType()) {
      out.put("paramStructure", "either");
      out.put("params", descriptors(RecordShape.of(params, types), schemas));
    } else if (JsonSchema.isVoid(params)) {
      out.put("paramStructure", "either");
      out.put("params", List.of());
    } else {
      // OpenRPC has words for named params only: what a map or a list may hold stands beside it.
      Map<String, Object> schema = schemas.of(params);
      out.put("paramStructure", "array".equals(schema.get("type")) ? "by-position" : "by-name");
      out.put("params", List.of());
      out.put("x-params", schema);
    }
    JavaType result = types.constructType(method.result());
    out.put("result", Map.of("name", "result", "schema", schemas.of(result)));
    out.put("x-effect", method.effect());
    return out;
  }

  private static List<Object> descriptors(RecordShape shape, JsonSchema schemas) {
    List<Object> out = new ArrayList<>();
    for (RecordShape.Part part : shape.parts()) {
      Map<String, Object> descriptor = new LinkedHashMap<>();
      descriptor.put("name", part.name());
      descriptor.put("required", part.required());
      descriptor.put("schema", schemas.of(part));
      out.add(descriptor);
    }
    return out;
  }
}
