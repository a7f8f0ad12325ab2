/** What binds messages of protobuf-java, beside protobuf-java itself. */
@NullMarked
package dev.tern.binding.protobuf;

import org.jspecify.annotations.NullMarked;
