package dev.tesuji.studio;

import dev.tesuji.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A client that may send any header, over one connection for each request.
final class Browser {
  private final int port;
  private final Map<String, String> headers = new LinkedHashMap<>();

  Browser(int port) {
    this.port = port;
    headers.put("Host", "127.0.0.1:" + port);
    headers.put("Connection", "close");
  }

  /// An answer.
  record Page(int status, Map<String, String> headers, String body) {
    JsonNode json() {
      return Json.MAPPER.readTree(body);
    }
  }

  /// Returns a client that sends one more header, or another value of it.
  Browser with(String name, String value) {
    Browser other = new Browser(port);
    other.headers.putAll(headers);
    other.headers.put(name, value);
    return other;
  }

  Page get(String path) throws IOException {
    return send("GET", path, "");
  }

  Page post(String path, String body) throws IOException {
    return with("Content-Type", "application/json").send("POST", path, body);
  }

  Page send(String method, String path, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      headers.forEach(
          (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      request.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      Map<String, String> answered = new LinkedHashMap<>();
      for (String line : all.substring(0, end).split("\r\n", -1)) {
        int at = line.indexOf(": ");
        if (at > 0) {
          answered.put(
              line.substring(0, at).toLowerCase(java.util.Locale.ROOT), line.substring(at + 2));
        }
      }
      return new Page(Integer.parseInt(all.substring(9, 12)), answered, all.substring(end + 4));
    }
  }

  /// A stream of events that is being read.
  record Stream(Socket socket, BufferedReader lines) implements AutoCloseable {
    /// Reads on to a line that begins with a text, and returns it.
    String await(String start) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(start)) {
          return line;
        }
      }
      throw new IOException("the stream ended before " + start);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  Stream stream(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    return new Stream(
        socket,
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
  }
}
