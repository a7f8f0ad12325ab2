package dev.tern.core.binding;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;

/**
 * Refuses types of which no value can ever be made, wherever they stand in another one, when that
 * is set up: Jackson would say so of each value.
 */
final class ReadableTypes extends ValueDeserializerModifier {
  private static final long serialVersionUID = 1L;

  @Override
  public ValueDeserializer<?> modifyDeserializer(
      DeserializationConfig config,
      BeanDescription.Supplier description,
      ValueDeserializer<?> deserializer) {
    Class<?> type = description.getBeanClass();
    if (deserializer instanceof AbstractDeserializer) {
      throw new IllegalArgumentException(
          type.getName()
              + ": abstract (expected: a record or class; a peer never chooses which is built)");
    }
    if (deserializer instanceof BeanDeserializerBase bean
        && !bean.getValueInstantiator().canInstantiate()) {
      throw new IllegalArgumentException(
          type.getName()
              + ": no constructor to use (expected: a record, or one without arguments)");
    }
    if (type == Class.class) {
      throw new IllegalArgumentException(
          type.getName() + ": a class by its name (expected: another type)");
    }
    return deserializer;
  }
}
