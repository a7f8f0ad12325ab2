package dev.tern.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The class runs once with each {@link TestTransport} that peers reach through a socket. */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = TestTransport.class,
    mode = EnumSource.Mode.EXCLUDE,
    names = "MEMORY") // in this process only
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OverSockets {}
