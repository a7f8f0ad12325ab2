package dev.tern.bench.driver;

import dev.tern.bench.pairs.Rule;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How two builds are compared.
 *
 * @param contenderBefore whose transport, lane and methods the calls of the build before take
 * @param contender those of the build after
 * @param pairsAStart pairs that are measured before the processes are started anew
 * @param slice how long one measurement takes
 * @param warmUp of each build, after each start: processor time of both its ends
 * @param limit once so much time has gone, nothing is started any more
 * @param jvmFlags of every JVM, on top of those that are fixed
 */
record PairsSettings(
    String contenderBefore,
    String contender,
    Rule rule,
    int pairsAStart,
    Duration slice,
    Duration warmUp,
    Duration limit,
    List<String> jvmFlags) {

  List<String> allFlags() {
    return Stream.concat(Jvm.FLAGS.stream(), jvmFlags.stream()).toList();
  }

  String contender(Role role) {
    return role == Role.BEFORE ? contenderBefore : contender;
  }

  String inWords() {
    return (contenderBefore.equals(contender) ? "" : "before: " + contenderBefore + ", after: ")
        + contender
        + ", slices of "
        + slice.toMillis()
        + " ms, in turns; all JVMs started anew after "
        + pairsAStart
        + (pairsAStart == 1 ? " pair" : " pairs")
        + " (./tern call and micro-benchmarks: after each)"
        + ", and warmed up for "
        + warmUp.toSeconds()
        + " s of processor time each";
  }
}
