package dev.tesuji.openenv;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A server of WebSockets as small as it can be, which answers each message as it is told to.
public final class SocketServer implements AutoCloseable {
  private static final String KEY = "sec-websocket-key:";
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 0x81;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;

  private final ServerSocket listening;
  private final Supplier<Peer> peers;
  private final AtomicInteger pongs = new AtomicInteger();

  /// Answers the messages of one connection.
  @FunctionalInterface
  public interface Peer {
    /// Answers.
    ///
    /// @return the bytes of a text; null to end the connection, empty to say nothing
    byte @Nullable [] answer(String message);
  }

  /// Starts one.
  ///
  /// @param peers makes what answers a connection
  public SocketServer(Supplier<Peer> peers) {
    this.peers = peers;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /// Returns where it is.
  public URI url() {
    return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/ws");
  }

  /// Returns how many pings clients have answered; there is one after each answer.
  public int pongs() {
    return pongs.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listening.accept();
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      greet(in, out);
      Peer peer = peers.get();
      for (String message = read(in); message != null; message = read(in)) {
        byte[] answer = peer.answer(message);
        if (answer == null) {
          return;
        }
        if (answer.length > 0) {
          write(out, answer);
          out.write(new byte[] {(byte) PING, 2, 'h', 'i'}); // whether the client is still there
          out.flush();
        }
      }
    } catch (IOException _) {
      // the other end has gone
    }
  }

  private static void greet(DataInputStream in, OutputStream out) throws IOException {
    String key = "";
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(KEY)) {
        key = line.substring(KEY.length()).strip();
      }
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      String head =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(digest)
              + "\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /// Reads a text of a client, which is masked; null at the end. Answers to pings are counted.
  private @Nullable String read(DataInputStream in) throws IOException {
    int first = in.read();
    while (first == PONG) {
      in.readNBytes(4 + (in.readUnsignedByte() & 0x7F));
      pongs.incrementAndGet();
      first = in.read();
    }
    if (first != TEXT) {
      return null;
    }
    int second = in.readUnsignedByte() & 0x7F;
    int length = second == 126 ? in.readUnsignedShort() : second;
    byte[] mask = in.readNBytes(4);
    byte[] data = in.readNBytes(length);
    for (int i = 0; i < data.length; i++) {
      data[i] ^= mask[i % 4];
    }
    return new String(data, StandardCharsets.UTF_8);
  }

  private static void write(OutputStream out, byte[] data) throws IOException {
    out.write(TEXT);
    if (data.length < 126) {
      out.write(data.length);
    } else if (data.length < 1 << 16) {
      out.write(126);
      out.write(data.length >> 8);
      out.write(data.length);
    } else {
      out.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) data.length >> shift));
      }
    }
    out.write(data);
    out.flush();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
