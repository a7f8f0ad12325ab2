package dev.tern.binding.jackson;

import dev.tern.core.binding.type.Nullability;
import dev.tern.core.binding.type.TypePlace;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;

/**
 * A component of a record that must not be null, or whose contents must not. Without this a null in
 * a result would be found by the client, who can do nothing about it.
 */
final class RequiredProperty extends BeanPropertyWriter {
  private static final long serialVersionUID = 1L;

  private final boolean required;
  private final transient Predicate<@Nullable Object> forbiddenNull;

  private RequiredProperty(
      BeanPropertyWriter base, boolean required, Predicate<@Nullable Object> forbiddenNull) {
    super(base);
    this.required = required;
    this.forbiddenNull = forbiddenNull;
  }

  @Override
  public void serializeAsProperty(Object bean, JsonGenerator out, SerializationContext context)
      throws Exception {
    Object value = get(bean);
    if ((required && value == null) || forbiddenNull.test(value)) {
      throw new UnfitValue(out, "null (expected: a value; or Optional, or @Nullable)");
    }
    super.serializeAsProperty(bean, out, context);
  }

  /** A value that is not written, and why. */
  static final class UnfitValue extends DatabindException {
    private static final long serialVersionUID = 1L;

    UnfitValue(JsonGenerator out, String why) {
      super(out, why);
    }
  }

  /** Puts one in the place of each property that is such a component. */
  static class Modifier extends ValueSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public List<BeanPropertyWriter> changeProperties(
        SerializationConfig config,
        BeanDescription.Supplier description,
        List<BeanPropertyWriter> properties) {
      Class<?> type = description.getBeanClass();
      if (type.isRecord()) {
        properties.replaceAll(property -> checked(property, type));
      }
      return properties;
    }

    private static BeanPropertyWriter checked(BeanPropertyWriter property, Class<?> type) {
      for (RecordComponent component : type.getRecordComponents()) {
        if (component.getName().equals(property.getMember().getName())) {
          Class<?> raw = property.getType().getRawClass();
          boolean required = !raw.isPrimitive() && Nullability.isRequired(component, raw);
          return new RequiredProperty(
              property, required, Contents.forbiddenNull(TypePlace.of(component)));
        }
      }
      return property;
    }
  }
}
