/** The laboratory: experiments with retries against a real server behind a bad network. */
@NullMarked
package dev.tern.bench.lab;

import org.jspecify.annotations.NullMarked;
