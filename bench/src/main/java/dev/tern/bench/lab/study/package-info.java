/** What the laboratory asks, and what it answers by the figures of its trials. */
@NullMarked
package dev.tern.bench.lab.study;

import org.jspecify.annotations.NullMarked;
