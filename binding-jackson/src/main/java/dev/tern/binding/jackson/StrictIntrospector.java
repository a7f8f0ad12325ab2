package dev.tern.binding.jackson;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.tern.core.binding.type.ModuleAccess;
import dev.tern.core.binding.type.Nullability;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.VisibilityChecker;

/**
 * Jackson's annotations, with two rules of our own: the components of a record are required unless
 * they say otherwise, and no annotation makes the peer choose which class is built.
 */
final class StrictIntrospector extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final Module JACKSON = ObjectMapper.class.getModule();

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    RecordComponent component = component(member);
    return component == null
        ? super.hasRequiredMarker(config, member)
        : Boolean.valueOf(Nullability.isRequired(component, member.getRawType()));
  }

  @Override
  public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
    RecordComponent component = component(annotated);
    if (component == null) {
      return super.findSetterInfo(config, annotated);
    }
    return JsonSetter.Value.construct(
        Nullability.isRequired(component, annotated.getRawType()) ? Nulls.FAIL : Nulls.DEFAULT,
        Contents.areRequired(component) ? Nulls.FAIL : Nulls.DEFAULT);
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    JsonTypeInfo.Value info = super.findPolymorphicTypeInfo(config, annotated);
    if (info == null || info.getIdType() == JsonTypeInfo.Id.NONE) {
      return null;
    }
    throw new IllegalArgumentException(
        annotated.getName()
            + ": @JsonTypeInfo (expected: none; a peer never chooses which class is built)");
  }

  /** What is declared as anything is written as what it is. */
  @Override
  public JsonSerialize.@Nullable Typing findSerializationTyping(
      MapperConfig<?> config, Annotated annotated) {
    JavaType type = annotated.getType(); // with type variables replaced; a class may have none
    boolean isAnything =
        type == null ? annotated.getRawType() == Object.class : type.isJavaLangObject();
    return isAnything
        ? JsonSerialize.Typing.DYNAMIC
        : super.findSerializationTyping(config, annotated);
  }

  /** Asked before Jackson looks into a class, whichever way. */
  @Override
  public VisibilityChecker findAutoDetectVisibility(
      MapperConfig<?> config, AnnotatedClass type, VisibilityChecker checker) {
    ModuleAccess.handOn(type.getRawType(), JACKSON);
    return super.findAutoDetectVisibility(config, type, checker);
  }

  private static @Nullable RecordComponent component(Annotated annotated) {
    if (annotated instanceof AnnotatedParameter parameter
        && parameter.getOwner() instanceof AnnotatedConstructor constructor
        && constructor.getDeclaringClass().isRecord()) {
      RecordComponent[] components = constructor.getDeclaringClass().getRecordComponents();
      Class<?>[] declared = constructor.getAnnotated().getParameterTypes();
      int i = parameter.getIndex();
      if (components.length == declared.length && components[i].getType() == declared[i]) {
        return components[i];
      }
    }
    return null;
  }
}
