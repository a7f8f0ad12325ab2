package dev.tern.binding.jackson;

import dev.tern.core.binding.ForeignBinding;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Binds by Jackson what one codec does not. For many threads. */
final class JacksonBinding implements ForeignBinding {
  private final boolean refusesUnknown;
  private final boolean writesDeclared;
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();

  /** Made when it is needed: most codecs do without. It knows all types that went through it. */
  private volatile @Nullable JsonMapper mapper;

  JacksonBinding(boolean refusesUnknown, boolean writesDeclared, Limits limits) {
    this.refusesUnknown = refusesUnknown;
    this.writesDeclared = writesDeclared;
    this.limits = limits;
  }

  @Override
  public boolean claims(Class<?> type) {
    return ForeignBinding.isAnnotated(type)
        || (StrictMapper.isExtended()
            && mapper().deserializationConfig().findMixInClassFor(type) != null);
  }

  @Override
  public Leaf leaf(Type type) {
    return new JacksonLeaf(mapper(), mapper().constructType(type), limits, true);
  }

  @Override
  public Leaf leafOf(Class<?> type) {
    return new JacksonLeaf(mapper(), mapper().constructType(type), limits, false);
  }

  private JsonMapper mapper() {
    JsonMapper made = mapper;
    if (made == null) {
      lock.lock();
      try {
        made = mapper;
        if (made == null) {
          made = StrictMapper.create(refusesUnknown, writesDeclared, limits);
          mapper = made;
        }
      } finally {
        lock.unlock();
      }
    }
    return made;
  }
}
