package dev.tern.core.binding.type;

import org.jspecify.annotations.Nullable;

/** Alone in its file, so that another class loader can define it. */
record ShownRecord(@Nullable String text) {}
