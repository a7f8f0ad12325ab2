package dev.tern.core.binding.type;

import dev.tern.contract.SerialName;
import java.lang.reflect.AnnotatedElement;

/** Under which names things travel. */
public final class SerialNames {
  private SerialNames() {}

  /**
   * @param javaName what it is called unless an annotation says otherwise
   */
  public static String of(AnnotatedElement element, String javaName) {
    SerialName name = element.getAnnotation(SerialName.class);
    return name == null ? javaName : name.value();
  }
}
