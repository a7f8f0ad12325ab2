@NullMarked
package dev.tern.codec.msgpack;

import org.jspecify.annotations.NullMarked;
