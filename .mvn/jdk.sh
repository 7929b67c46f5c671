# Sourced by ./mvnw and ./tesuji: points JAVA_HOME at a JDK 25 or later, wherever one is installed.
# Takes JAVA_HOME or the java on the PATH when they are new enough, else looks in the usual places.

jdk_feature() { # prints the feature version of the JDK in folder $1; nothing where there is none
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] &&
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  path_java=$(command -v java 2>/dev/null) && path_java=$(readlink -f "$path_java" 2>/dev/null)
  for home in "${JAVA_HOME-}" "${path_java%/bin/java}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    feature=$(jdk_feature "$home") || continue
    if [ "${feature:-0}" -ge 25 ]; then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

set +f
if ! JAVA_HOME=$(find_jdk); then
  echo "Tesuji needs JDK 25 or later and found none: install one (Debian and Ubuntu: apt install openjdk-25-jdk or temurin-25-jdk; macOS: brew install openjdk; any system: https://adoptium.net), or set JAVA_HOME to where it is." >&2
  exit 1
fi
export JAVA_HOME
