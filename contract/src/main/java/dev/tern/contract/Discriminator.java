package dev.tern.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of the member that says which record of a sealed interface an object is: {@code type}
 * unless this says otherwise.
 *
 * <pre>{@code
 * @Discriminator("kind")
 * sealed interface Payment permits Card, Transfer {}
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Discriminator {
  /** The name of the member. */
  String value();
}
