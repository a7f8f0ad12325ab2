package dev.tern.binding.jackson;

import dev.tern.binding.jackson.setup.MapperSetup;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.databind.type.TypeFactory;

/** The one way Jackson is set up here: its defaults guess, and a wire contract must not. */
final class StrictMapper {
  // Of the process: these know names of JSON and types of the JDK, and none of an application's.

  private static final JsonFactory FACTORY = factory(Limits.DEFAULT);
  private static final IsoTimes ISO_TIMES = new IsoTimes();
  private static final StrictTypes STRICT_TYPES = new StrictTypes();
  private static final EncodedJsonModule ENCODED_JSON = new EncodedJsonModule();

  private static final List<MapperSetup> SETUPS =
      ServiceLoader.load(MapperSetup.class, StrictMapper.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private StrictMapper() {}

  /** Whether an application has added something. */
  static boolean isExtended() {
    return !SETUPS.isEmpty();
  }

  /**
   * @param writesDeclared whether a value is written as what it was declared to be; else as what it
   *     is
   * @param limits to which what is read has been held already
   */
  static JsonMapper create(boolean refuseUnknownFields, boolean writesDeclared, Limits limits) {
    boolean isUsual =
        Stream.of(Bound.DEPTH, Bound.NAME_BYTES)
            .allMatch(bound -> limits.get(bound) == Limits.DEFAULT.get(bound));
    JsonMapper.Builder mapper = JsonMapper.builder(isUsual ? FACTORY : factory(limits));
    mapper
        .typeFactory(TypeFactory.createDefaultInstance())
        .annotationIntrospector(new StrictIntrospector())
        .addModule(ISO_TIMES)
        .addModule(STRICT_TYPES)
        .addModule(ENCODED_JSON)
        .withCoercionConfigDefaults(StrictMapper::failAll)
        // An integer is a number: 5 for a double is no coercion.
        .withCoercionConfig(
            LogicalType.Float,
            config -> {
              failAll(config);
              config.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert);
            })
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(MapperFeature.USE_GETTERS_AS_SETTERS)
        .configure(MapperFeature.USE_STATIC_TYPING, writesDeclared)
        .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, refuseUnknownFields)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        // Not for all components alike: StrictIntrospector says which may be missing.
        .disable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
        .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS);
    SETUPS.forEach(setup -> setup.setUp(mapper));
    return mapper.build();
  }

  private static JsonFactory factory(Limits limits) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // Bare NaN then, which is no JSON, and is refused by the check of what was written.
        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(limits.get(Bound.DEPTH))
                .maxDocumentLength(Limits.MAX_FRAME_BYTES)
                .maxStringLength(Limits.MAX_FRAME_BYTES)
                .maxNameLength(limits.get(Bound.NAME_BYTES))
                // StrictParser bounds numbers where they are read: so the error has its path.
                .maxNumberLength(Limits.MAX_FRAME_BYTES)
                .build())
        // Not exact, as a value lies in a message: for what refers to itself. The core counts.
        .streamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(limits.get(Bound.DEPTH)).build())
        .build();
  }

  private static void failAll(MutableCoercionConfig config) {
    for (CoercionInputShape shape : CoercionInputShape.values()) {
      config.setCoercion(shape, CoercionAction.Fail);
    }
    config.setAcceptBlankAsEmpty(false);
  }
}
