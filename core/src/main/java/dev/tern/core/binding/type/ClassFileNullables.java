package dev.tern.core.binding.type;

import java.lang.classfile.Annotation;
import java.lang.classfile.Attribute;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.FormalParameterTarget;
import java.lang.classfile.TypeAnnotation.TargetType;
import java.lang.classfile.TypeAnnotation.TypePathComponent;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleParameterAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleTypeAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleParameterAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the annotations named {@code Nullable} in the class file of a record: on its components,
 * fields, accessors, and the parameters of its canonical constructor.
 */
final class ClassFileNullables {
  private final Set<String> places = new HashSet<>();

  private ClassFileNullables() {}

  /**
   * The places, as {@link TypePlace} names them.
   *
   * @throws IllegalArgumentException if this is no class file
   */
  static Set<String> placesIn(byte[] file) {
    ClassModel record = ClassFile.of().parse(file);
    List<RecordComponentInfo> components =
        record.findAttribute(Attributes.record()).map(all -> all.components()).orElse(List.of());
    List<String> names = components.stream().map(one -> one.name().stringValue()).toList();
    String canonical =
        components.stream()
            .map(one -> one.descriptor().stringValue())
            .collect(Collectors.joining("", "(", ")V"));
    ClassFileNullables found = new ClassFileNullables();
    for (RecordComponentInfo component : components) {
      found.addOf(component, List.of(component.name().stringValue()), TargetType.FIELD);
    }
    for (FieldModel field : record.fields()) {
      found.addOf(field, List.of(field.fieldName().stringValue()), TargetType.FIELD);
    }
    for (MethodModel method : record.methods()) {
      String name = method.methodName().stringValue();
      String descriptor = method.methodType().stringValue();
      if (names.contains(name) && descriptor.startsWith("()")) {
        found.addOf(method, List.of(name), TargetType.METHOD_RETURN);
      } else if (name.equals("<init>") && descriptor.equals(canonical)) {
        found.addOf(method, names, TargetType.METHOD_FORMAL_PARAMETER);
      }
    }
    return Set.copyOf(found.places);
  }

  /**
   * Adds what stands on a part of the record.
   *
   * @param names of the components of which the part speaks
   * @param target what its annotations of types speak of them as
   */
  private void addOf(AttributedElement part, List<String> names, TargetType target) {
    boolean isConstructor = target == TargetType.METHOD_FORMAL_PARAMETER;
    for (Attribute<?> attribute : part.attributes()) {
      switch (attribute) {
        case RuntimeInvisibleAnnotationsAttribute all when !isConstructor ->
            add(names.getFirst(), all.annotations());
        case RuntimeVisibleAnnotationsAttribute all when !isConstructor ->
            add(names.getFirst(), all.annotations());
        case RuntimeInvisibleParameterAnnotationsAttribute all ->
            addParameters(names, all.parameterAnnotations());
        case RuntimeVisibleParameterAnnotationsAttribute all ->
            addParameters(names, all.parameterAnnotations());
        case RuntimeInvisibleTypeAnnotationsAttribute all ->
            addTypes(names, target, all.annotations());
        case RuntimeVisibleTypeAnnotationsAttribute all ->
            addTypes(names, target, all.annotations());
        default -> {}
      }
    }
  }

  private void add(String place, List<Annotation> annotations) {
    if (annotations.stream().anyMatch(ClassFileNullables::isNullable)) {
      places.add(place);
    }
  }

  private void addParameters(List<String> names, List<List<Annotation>> parameters) {
    for (int i = 0; i < parameters.size() && parameters.size() == names.size(); i++) {
      add(names.get(i), parameters.get(i));
    }
  }

  private void addTypes(List<String> names, TargetType target, List<TypeAnnotation> annotations) {
    for (TypeAnnotation one : annotations) {
      if (one.targetInfo().targetType() == target) {
        int i =
            one.targetInfo() instanceof FormalParameterTarget at ? at.formalParameterIndex() : 0;
        add(place(names.get(i), one.targetPath()), List.of(one.annotation()));
      }
    }
  }

  private static String place(String name, List<TypePathComponent> path) {
    String place = name;
    for (TypePathComponent step : path) {
      place =
          switch (step.typePathKind()) {
            case ARRAY -> TypePlace.element(place);
            case TYPE_ARGUMENT -> TypePlace.argument(place, step.typeArgumentIndex());
            case WILDCARD -> place + "?"; // for which nobody asks
            case INNER_TYPE -> place; // of the class in which it lies
          };
    }
    return place;
  }

  private static boolean isNullable(Annotation annotation) {
    String descriptor = annotation.className().stringValue();
    return descriptor.equals("LNullable;")
        || descriptor.endsWith("/Nullable;")
        || descriptor.endsWith("$Nullable;");
  }
}
