# Sourced by ./build and ./tern: finds a JDK and Maven. Sets JAVA_HOME, and MAVEN_OPTS for Maven.

TERN_JDK=25

# The major version of the JDK in folder $1 ("25"), or nothing if there is none with a compiler.
jdk_version() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while read -r line; do
    if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then echo "${BASH_REMATCH[1]}"; fi
  done <"$1/release"
}

is_good_jdk() {
  local version
  version=$(jdk_version "$1")
  [ -n "$version" ] && [ "$version" -ge "$TERN_JDK" ]
}

# The real path of file $1 ("readlink -f" is missing on older macOS).
real_path() {
  readlink -f "$1" 2>/dev/null || python3 -c 'import os, sys; print(os.path.realpath(sys.argv[1]))' "$1"
}

# Sets JAVA_HOME: the given one if it is new enough, else the JDK of the `java` on the path or one that lies beside it, else
# one from the usual places (below $TERN_SEARCH_ROOT, which tests set). Fails with a message.
find_jdk() {
  local java_home='' candidate root=${TERN_SEARCH_ROOT:-}
  if [ -n "${JAVA_HOME:-}" ] && is_good_jdk "$JAVA_HOME"; then
    export JAVA_HOME
    return 0
  fi
  if command -v java >/dev/null 2>&1; then
    java_home=$(dirname "$(dirname "$(real_path "$(command -v java)")")")
  fi
  for candidate in ${java_home:+"$java_home"} ${java_home:+"${java_home%/*}"/*} \
    "$root"/usr/lib/jvm/* "$root"/usr/lib64/jvm/* "$root"/usr/java/* \
    ${HOME:+"$HOME"/.sdkman/candidates/java/*} ${HOME:+"$HOME"/.jdks/*} \
    "$root"/Library/Java/JavaVirtualMachines/*/Contents/Home "$root"/opt/*jdk* "$root"/opt/java/* "$root"/usr/local/*jdk*; do
    if is_good_jdk "$candidate"; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  {
    echo "No JDK $TERN_JDK or later found: install one, or set JAVA_HOME to it."
    [ -z "${JAVA_HOME:-}" ] || echo "  JAVA_HOME is $JAVA_HOME, version $(v=$(jdk_version "$JAVA_HOME"); echo "${v:-unknown, no javac}")."
    [ -z "$java_home" ] || echo "  java on the path is of $java_home; nothing fitting beside it."
    echo "  Nor is one in /usr/lib/jvm, /opt, ~/.sdkman or another usual place."
  } >&2
  return 1
}

# Fails with a message if there is no Maven. Sets MAVEN_OPTS so that Maven's own libraries draw no warnings from the JVM.
find_maven() {
  if ! command -v mvn >/dev/null 2>&1; then
    echo "Maven (mvn, 3.8 or later) is missing: install it and put it on the path." >&2
    return 1
  fi
  export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
}
