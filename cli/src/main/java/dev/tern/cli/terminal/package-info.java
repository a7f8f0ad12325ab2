/** What all commands need of the process: its streams, its exit code, its log, its signals. */
@NullMarked
package dev.tern.cli.terminal;

import org.jspecify.annotations.NullMarked;
