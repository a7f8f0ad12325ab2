package dev.tern.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which something travels, where that is not its Java name.
 *
 * <pre>{@code
 * record Transfer(@SerialName("from_account") String from, long cents) {}
 * }</pre>
 *
 * <p>On a component of a record it is the name of the member; on a record that a sealed interface
 * permits, the value of the {@linkplain Discriminator tag}; on a constant of an enum, its text.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE, ElementType.FIELD})
public @interface SerialName {
  /** The name. */
  String value();
}
