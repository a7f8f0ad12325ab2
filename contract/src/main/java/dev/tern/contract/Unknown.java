package dev.tern.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the one constant of an enum, or the one record of a sealed interface, that a value becomes
 * which nobody knows here: so the other end may learn new ones first.
 *
 * <pre>{@code
 * enum Color { RED, GREEN, @Unknown OTHER }
 *
 * sealed interface Payment permits Card, Transfer, OtherPayment {}
 *
 * @Unknown
 * record OtherPayment(String type) implements Payment {}
 * }</pre>
 *
 * <p>Such a record may have a component with the name of the {@linkplain Discriminator tag}, a
 * text: it says what the value was, and is written back.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Unknown {}
