package dev.tesuji.mcp;

import dev.tesuji.check.Require;
import dev.tesuji.openenv.OpenEnvServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// A server of tools that speaks the [Model Context Protocol](https://modelcontextprotocol.io).
public sealed interface McpServer {
  /// A program that speaks over its standard input and output.
  ///
  /// @param words the program and its arguments
  record Command(List<String> words) implements McpServer {
    /// Copies the list.
    public Command {
      words = List.copyOf(words);
      Require.that(!words.isEmpty(), "command", "a program and its arguments", words);
    }

    @Override
    public String toString() {
      return String.join(" ", words);
    }
  }

  /// An address that speaks HTTP.
  ///
  /// @param url where it is
  record Address(URI url) implements McpServer {
    /// Checks the address.
    public Address {
      Require.that(
          url.getHost() != null && String.valueOf(url.getScheme()).matches("https?"),
          "url",
          "http://HOST..., https://HOST... or ws://HOST...",
          "'" + url + "'");
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /// A WebSocket of an environment that has tools, as
  /// [OpenEnv](https://github.com/meta-pytorch/OpenEnv) has them.
  ///
  /// @param url where it is, such as `ws://localhost:8000/ws`
  record Socket(URI url) implements McpServer {
    /// Checks the address.
    public Socket {
      new OpenEnvServer(url, Limits.DEFAULT.answer(), Limits.DEFAULT.bytes());
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /// Returns the server at an address.
  static McpServer at(URI url) {
    return String.valueOf(url.getScheme()).startsWith("ws") ? new Socket(url) : new Address(url);
  }

  /// The most that a server may take.
  ///
  /// @param answer how long it may take for an answer
  /// @param bytes the most bytes of an answer
  record Limits(Duration answer, int bytes) {
    /// Ten seconds, a megabyte.
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), 1 << 20);

    /// Checks the ranges.
    public Limits {
      Require.that(answer.isPositive(), "seconds", "above 0", answer.toMillis() / 1e3);
      Require.atLeast(1, "bytes", bytes);
    }
  }
}
