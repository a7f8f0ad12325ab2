/** JSON over plain HTTP: Jetty and java.net.http. */
@NullMarked
package dev.tern.bench.http;

import org.jspecify.annotations.NullMarked;
