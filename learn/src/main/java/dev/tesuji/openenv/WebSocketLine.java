package dev.tesuji.openenv;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// A WebSocket as a client has it ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455)), which sends
/// and receives whole messages of bytes.
///
/// A thread of its own reads all the time: servers ask now and then whether the other end is there,
/// and hang up on one that does not answer, as it would not while a policy thinks about its move.
///
/// Java's own client does not notice one end of a connection in ten where the server just goes, and
/// would have such a server hang instead of die (JDK 25.0.3).
final class WebSocketLine implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom(); // masks; nothing learned from
  private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  private static final int LONGEST_HEAD = 1 << 16;
  private static final int FINAL = 0x80;
  private static final int OPCODE = 0x0F;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int LENGTH = 0x7F;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;
  private static final int AHEAD = 16; // messages that nobody has asked for yet

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out; // guarded by `sending`
  private final ReentrantLock sending = new ReentrantLock();
  private final BlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>(AHEAD);
  private final int most;

  /// A message, or why there are no more.
  private record Incoming(byte[] data, @Nullable IOException end) {}

  /// A message that is longer than it may be.
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;
  }

  /// Connects.
  ///
  /// @param most the most bytes of a message
  WebSocketLine(URI url, Duration patience, int most) throws IOException {
    this.most = most;
    socket = connected(url, patience);
    try {
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
      greet(url);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    Thread.ofVirtual().name("openenv-read").start(this::read);
  }

  /// Reads messages until the connection ends.
  private void read() {
    try {
      IOException end = null;
      while (end == null) {
        byte[] message = {};
        try {
          message = next();
        } catch (IOException e) {
          end = e;
        }
        incoming.put(new Incoming(message, end));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Socket connected(URI url, Duration patience) throws IOException {
    boolean secure = url.getScheme().equals("wss");
    int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
    Socket plain = new Socket();
    try {
      plain.connect(
          new InetSocketAddress(url.getHost(), port),
          Math.clamp(patience.toMillis(), 1, Integer.MAX_VALUE));
      plain.setTcpNoDelay(true);
      if (!secure) {
        return plain;
      }
      SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      SSLSocket encrypted = (SSLSocket) factory.createSocket(plain, url.getHost(), port, true);
      SSLParameters parameters = encrypted.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      encrypted.setSSLParameters(parameters);
      return encrypted;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private void greet(URI url) throws IOException {
    byte[] random = new byte[KEY_BYTES];
    RANDOM.nextBytes(random);
    String key = Base64.getEncoder().encodeToString(random);
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String head =
        "GET "
            + path
            + query
            + " HTTP/1.1\r\nHost: "
            + url.getRawAuthority()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: "
            + key
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    int room = LONGEST_HEAD;
    String status = line(room);
    boolean accepted = false;
    for (String line = line(room); !line.isEmpty(); line = line(room)) {
      room -= line.length();
      int colon = line.indexOf(':');
      accepted |=
          colon > 0
              && line.substring(0, colon).toLowerCase(Locale.ROOT).equals("sec-websocket-accept")
              && line.substring(colon + 1).strip().equals(acceptanceOf(key));
    }
    if (!status.startsWith("HTTP/1.1 101 ") || !accepted) {
      throw new IOException("it speaks no WebSocket: " + status);
    }
  }

  private static String acceptanceOf(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] sum = digest.digest((key + ACCEPT).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String line(int most) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (line.length() >= most) {
        throw new TooLong();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /// Sends a text.
  void send(String text) throws IOException {
    send(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private void send(int opcode, byte[] data) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(data.length + 14).put((byte) (FINAL | opcode));
    if (data.length < TWO_BYTES) {
      frame.put((byte) (FINAL | data.length));
    } else if (data.length <= 0xFFFF) {
      frame.put((byte) (FINAL | TWO_BYTES)).putShort((short) data.length);
    } else {
      frame.put((byte) (FINAL | EIGHT_BYTES)).putLong(data.length);
    }
    byte[] mask = new byte[4];
    RANDOM.nextBytes(mask);
    frame.put(mask);
    for (int i = 0; i < data.length; i++) {
      frame.put((byte) (data[i] ^ mask[i % 4]));
    }
    sending.lock();
    try {
      out.write(frame.array(), 0, frame.position());
      out.flush();
    } finally {
      sending.unlock();
    }
  }

  /// Waits for the next message.
  ///
  /// @throws TooLong when it has more bytes than it may
  /// @throws EOFException when the server ends the connection
  byte[] receive() throws IOException, InterruptedException {
    Incoming next = incoming.take();
    if (next.end != null) {
      throw next.end;
    }
    return next.data;
  }

  /// Reads the next message, answering pings before it.
  private byte[] next() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      int first = in.readUnsignedByte();
      int opcode = first & OPCODE;
      byte[] data = payload(most - message.size());
      switch (opcode) {
        case CLOSE -> throw new EOFException();
        case PING -> send(PONG, data);
        case PONG -> {}
        default -> {
          message.write(data);
          if ((first & FINAL) != 0) {
            return message.toByteArray();
          }
        }
      }
    }
  }

  private byte[] payload(int most) throws IOException {
    int second = in.readUnsignedByte();
    long length = second & LENGTH;
    if (length == TWO_BYTES) {
      length = in.readUnsignedShort();
    } else if (length == EIGHT_BYTES) {
      length = in.readLong();
    }
    if ((second & FINAL) != 0) {
      throw new IOException("a server must not mask what it sends");
    }
    if (length < 0 || length > most) {
      throw new TooLong();
    }
    byte[] data = new byte[(int) length];
    in.readFully(data);
    return data;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // it is gone
    }
  }
}
