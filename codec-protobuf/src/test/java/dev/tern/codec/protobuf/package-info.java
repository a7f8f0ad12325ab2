@NullMarked
package dev.tern.codec.protobuf;

import org.jspecify.annotations.NullMarked;
