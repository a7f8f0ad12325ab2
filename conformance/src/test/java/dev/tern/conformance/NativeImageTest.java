package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Executable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a native image must know beforehand stands in the {@code reachability-metadata.json} of the
 * published modules: each class that Tern itself looks into, or makes by its name.
 */
@DisabledIf(
    value = "dev.tern.conformance.ModulePath#isOneFolder",
    disabledReason = "the classes were compiled into one folder, not as modules")
final class NativeImageTest {
  /** Calls that look into classes, or find things by their names. */
  private static final Pattern REFLECTIVE =
      Pattern.compile(
          "java/lang/Class\\.(forName|newInstance|get(Declared)?(Method|Constructor|Field|Classe)s?"
              + "|getRecordComponents|getEnumConstants|getPermittedSubclasses|getResource\\w*)"
              + "|java/lang/ClassLoader\\.(loadClass|getResource\\w*)"
              + "|java/lang/invoke/MethodHandles\\$Lookup\\.(find|unreflect)\\w*"
              + "|java/lang/reflect/(Constructor|Array)\\.newInstance"
              + "|java/lang/reflect/Method\\.invoke"
              + "|java/lang/reflect/Proxy\\.newProxyInstance"
              + "|java/util/ServiceLoader\\.load");

  private static final String FOR_NAME = "java/lang/Class.forName";

  /** They look into the types of values: those of Tern's own are listed, users list theirs. */
  private static final Set<String> INTO_TYPES_OF_VALUES =
      Set.of(
          "dev.tern.binding.jackson.Expected",
          "dev.tern.binding.jackson.JacksonLeaf",
          "dev.tern.binding.jackson.RequiredProperty$Modifier",
          "dev.tern.binding.jackson.StrictIntrospector",
          "dev.tern.binding.jackson.StrictTypes$ReadableTypes",
          "dev.tern.binding.protobuf.MessageLeaf",
          "dev.tern.core.binding.ArrayBinder",
          "dev.tern.core.binding.Binders",
          "dev.tern.core.binding.Containers",
          "dev.tern.core.binding.EnumBinder",
          "dev.tern.core.binding.ForeignBinding",
          "dev.tern.core.binding.type.Nullability",
          "dev.tern.core.binding.type.UnseenNullables");

  /** They look for services, which native images know by themselves. */
  private static final Set<String> SERVICES =
      Set.of(
          "dev.tern.binding.jackson.StrictMapper",
          "dev.tern.core.binding.FoundEncodings",
          "dev.tern.core.compress.FoundCompressions",
          "dev.tern.core.binding.JsonCodec");

  /** It makes one class, which is listed. */
  private static final String BY_NAME = "dev.tern.core.access.Access";

  private final List<JsonNode> entries = new ArrayList<>();

  NativeImageTest() {
    for (String folder : PublishedModulesTest.publishedFolders()) {
      String path =
          "/META-INF/native-image/dev.tern/tern-" + folder + "/reachability-metadata.json";
      try (InputStream in = NativeImageTest.class.getResourceAsStream(path)) {
        if (in != null) {
          JsonMapper.shared().readTree(in).get("reflection").forEach(entries::add);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // --- what the code does ---

  private static List<ClassModel> published() {
    Pattern folders =
        PublishedModulesTest.publishedFolders().stream()
            .map(Pattern::quote)
            .collect(
                Collectors.collectingAndThen(
                    Collectors.joining("|", "/(", ")/target/"), Pattern::compile));
    return MainClasses.TERN.stream()
        .map(one -> one.getSource().orElseThrow().getUri())
        .filter(uri -> folders.matcher(uri.toString()).find())
        .map(
            uri -> {
              try (InputStream in = uri.toURL().openStream()) {
                return ClassFile.of().parse(in.readAllBytes());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private static String name(ClassEntry entry) {
    return entry.asInternalName().replace('/', '.');
  }

  /** A method that is called, with the constants that were loaded for it. */
  private record Call(String method, List<Object> constants) {}

  private static List<Call> callsIn(ClassModel type) {
    List<Call> calls = new ArrayList<>();
    for (MethodModel method : type.methods()) {
      List<Object> constants = new ArrayList<>();
      for (CodeElement element : method.code().map(CodeModel::elementList).orElse(List.of())) {
        switch (element) {
          case LoadConstantInstruction load when load.constantEntry() instanceof ClassEntry entry ->
              constants.add(entry);
          case LoadConstantInstruction load when load.constantEntry() instanceof StringEntry text ->
              constants.add(text.stringValue());
          case InvokeInstruction call -> {
            calls.add(
                new Call(
                    call.owner().asInternalName() + "." + call.name().stringValue(),
                    List.copyOf(constants)));
            constants.clear();
          }
          default -> {}
        }
      }
    }
    return calls;
  }

  private static boolean isReflective(MemberRefEntry entry) {
    String method = entry.owner().asInternalName() + "." + entry.name().stringValue();
    return REFLECTIVE.matcher(method).matches();
  }

  // --- what is listed ---

  private boolean isListed(String type, String kind, String name, List<String> parameters) {
    return entries.stream()
        .filter(entry -> entry.get("type").asString().equals(type))
        .flatMap(entry -> entry.path(kind).valueStream())
        .filter(one -> one.get("name").asString().equals(name))
        .anyMatch(
            one ->
                one.path("parameterTypes")
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList()
                    .equals(parameters));
  }

  private void need(SortedSet<String> missing, String type, String method, List<String> types) {
    if (!isListed(type, "methods", method, types)) {
      missing.add(type + "." + method + types);
    }
  }

  @Test
  void whoLooksIntoClassesIsKnown() {
    Set<String> found = new HashSet<>();
    for (ClassModel type : published()) {
      type.constantPool()
          .forEach(
              entry -> {
                if (entry instanceof MemberRefEntry member && isReflective(member)) {
                  found.add(name(type.thisClass()));
                }
              });
    }

    assertThat(found)
        .as("classes that call what looks into classes")
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(INTO_TYPES_OF_VALUES, SERVICES, Set.of(BY_NAME))
                .flatMap(Set::stream)
                .toList());
  }

  @Test
  void whatIsMadeByItsNameIsListed() {
    SortedSet<String> missing = new TreeSet<>();
    for (ClassModel type : published()) {
      if (name(type.thisClass()).equals(BY_NAME)) {
        List<String> made =
            callsIn(type).stream()
                .filter(call -> call.method().equals(FOR_NAME))
                .map(call -> (String) call.constants().getLast())
                .toList();
        assertThat(made).isNotEmpty();
        made.forEach(one -> need(missing, one, "<init>", List.of()));
      }
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void fieldsThatAreUpdatedByTheirNameAreListed() {
    SortedSet<String> missing = new TreeSet<>();
    int fields = 0;
    for (ClassModel type : published()) {
      for (Call call : callsIn(type)) {
        if (call.method().endsWith("FieldUpdater.newUpdater")) {
          fields++;
          List<Object> constants = call.constants();
          int classes = call.method().contains("Reference") ? 3 : 2; // and the field's name
          String owner = name((ClassEntry) constants.get(constants.size() - classes));
          String field = (String) constants.getLast();
          if (!isListed(owner, "fields", field, List.of())) {
            missing.add(owner + "." + field);
          }
        }
      }
    }

    assertThat(fields).isPositive();
    assertThat(missing).isEmpty();
  }

  /** Of each record that is named in the code, and of what it is made of. */
  @Test
  void recordsOfTheFrameworkAreListed() throws ClassNotFoundException {
    Set<Class<?>> records = new HashSet<>();
    for (ClassModel type : published()) {
      for (Call call : callsIn(type)) {
        for (Object constant : call.constants()) {
          if (constant instanceof ClassEntry entry
              && entry.asInternalName().startsWith("dev/tern/")) {
            addRecords(load(name(entry)), records);
          }
        }
      }
    }
    SortedSet<String> missing = new TreeSet<>();
    for (Class<?> record : records) {
      RecordComponent[] components = record.getRecordComponents();
      need(
          missing,
          record.getName(),
          "<init>",
          Stream.of(components).map(one -> one.getType().getName()).toList());
      for (RecordComponent component : components) {
        need(missing, record.getName(), component.getName(), List.of());
      }
    }

    assertThat(records).isNotEmpty();
    assertThat(missing).isEmpty();
  }

  private static Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name, false, NativeImageTest.class.getClassLoader());
  }

  private static void addRecords(Type type, Set<Class<?>> records) {
    switch (type) {
      case Class<?> record when record.isRecord() -> {
        if (records.add(record)) {
          for (RecordComponent component : record.getRecordComponents()) {
            addRecords(component.getGenericType(), records);
          }
        }
      }
      case ParameterizedType generic -> {
        addRecords(generic.getRawType(), records);
        for (Type argument : generic.getActualTypeArguments()) {
          addRecords(argument, records);
        }
      }
      default -> {}
    }
  }

  @Test
  void whatIsListedIsThere() throws Exception {
    for (JsonNode entry : entries) {
      Class<?> type = load(entry.get("type").asString());
      for (JsonNode field : entry.path("fields")) {
        assertThat(type.getDeclaredField(field.get("name").asString())).isNotNull();
      }
      for (JsonNode method : entry.path("methods")) {
        String name = method.get("name").asString();
        Executable[] all =
            name.equals("<init>")
                ? type.getDeclaredConstructors()
                : Stream.of(type.getDeclaredMethods())
                    .filter(one -> one.getName().equals(name))
                    .toArray(Executable[]::new);
        assertThat(all)
            .as("%s.%s", type.getName(), name)
            .anySatisfy(
                one ->
                    assertThat(Stream.of(one.getParameterTypes()).map(Class::getName))
                        .containsExactlyElementsOf(
                            method
                                .get("parameterTypes")
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList()));
      }
    }
  }
}
