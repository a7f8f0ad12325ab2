package dev.tern.binding.jackson;

import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

/**
 * What a server writes of a bean may be more than what a client reads: a property that has only a
 * getter. It is held to the same rules, at all depths, unless it says itself how it is written.
 */
final class WrittenProperties extends JsonFormatVisitorWrapper.Base {
  private final JsonMapper mapper;
  private final Function<Type, @Nullable String> problemOfRecord;
  private final Set<JavaType> seen = new HashSet<>();
  private @Nullable String problem;

  /**
   * @param problemOfRecord why nobody can be given a value of a record that the core binds
   */
  WrittenProperties(JsonMapper mapper, Function<Type, @Nullable String> problemOfRecord) {
    this.mapper = mapper;
    this.problemOfRecord = problemOfRecord;
  }

  /** Why no value can be written; null if one can. */
  @Nullable String problemOf(JavaType type) {
    visit(type);
    return problem;
  }

  private void visit(JavaType type) {
    if (problem != null || type.isJavaLangObject() || !seen.add(type)) {
      return;
    }
    if (type.getContentType() != null) {
      visit(type.getContentType());
    }
    try {
      mapper.acceptJsonFormatVisitor(type, this);
    } catch (JacksonException e) {
      problem = type.toCanonical() + ": cannot be written as JSON: " + e.getOriginalMessage();
    }
  }

  @Override
  public JsonObjectFormatVisitor expectObjectFormat(JavaType bean) {
    AnnotatedMember rest = getContext().introspectBeanDescription(bean).findAnyGetter();
    if (rest != null) { // Jackson does not show it
      visit(bean, rest.getName(), rest.getType());
    }
    return new JsonObjectFormatVisitor.Base(getContext()) {
      @Override
      public void property(BeanProperty property) {
        optionalProperty(property);
      }

      @Override
      public void optionalProperty(BeanProperty property) {
        if (property.getAnnotation(JsonSerialize.class) == null
            && property.getAnnotation(JsonDeserialize.class) == null) {
          visit(bean, property.getName(), property.getType());
        }
      }
    };
  }

  private void visit(JavaType bean, String property, JavaType type) {
    String found = problem == null ? problemOfReading(type) : null;
    if (found != null) {
      problem = bean.getRawClass().getName() + "." + property + ": " + found;
    }
    visit(type);
  }

  private @Nullable String problemOfReading(JavaType type) {
    String found = Readable.problemOf(mapper, type);
    for (JavaType one : found == null ? Types.records(type) : List.<JavaType>of()) {
      found = found == null ? problemOfRecord.apply(Types.of(one)) : found;
    }
    return found;
  }
}
