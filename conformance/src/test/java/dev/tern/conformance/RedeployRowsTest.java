package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An application that is taken down in a JVM that goes on, as in a server of applications. Rows 84
 * and 113 of docs/PROMISES.md.
 */
@Timeout(60)
class RedeployRowsTest {
  /** The JDK keeps some classes in caches for as long as there is memory: here there is none. */
  private static final String NO_SOFT_CACHES = "-XX:SoftRefLRUPolicyMSPerMB=0";

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void row84_anApplicationThatHasClosedWhatItOpenedLeavesNoThreadAndNoLoader(TestTransport kind)
      throws Exception {
    assertThat(JavaProcess.run(NO_SOFT_CACHES, Redeploying.class, argument(kind.name())))
        .containsSubsequence("no thread", "no loader");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void row113_norDoesOneThatUsesTheTernOfTheServerThatItRunsIn(TestTransport kind)
      throws Exception {
    assertThat(
            JavaProcess.run(NO_SOFT_CACHES, Redeploying.class, argument(kind.name() + "/parent")))
        .containsSubsequence("no thread", "no loader");
  }

  /** With a certificate of this machine's: to make one takes seconds. */
  private static String argument(String kind) {
    return String.join(
        File.pathSeparator,
        kind,
        TestCertificates.CA.toString(),
        TestCertificates.SERVER.certificate().toString(),
        TestCertificates.SERVER.key().toString());
  }
}
