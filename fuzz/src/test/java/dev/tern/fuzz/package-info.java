@NullMarked
package dev.tern.fuzz;

import org.jspecify.annotations.NullMarked;
