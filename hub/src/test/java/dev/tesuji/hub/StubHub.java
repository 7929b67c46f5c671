package dev.tesuji.hub;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A hub on this machine that speaks the API over bare sockets, so that every way to fail can be
/// had: cuts, resets, silence, lies. Large files are on a second server, as the hub's are.
public final class StubHub implements AutoCloseable {
  /// The commit of all repositories.
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final int CHUNK = 1 << 13;
  private static final int PAGE = 2;

  /// A request.
  public record Request(
      String method, String target, Map<String, String> headers, byte[] body, boolean store) {
    public String path() {
      return URLDecoder.decode(target.replaceFirst("\\?.*", ""), StandardCharsets.UTF_8);
    }

    @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    long from() {
      String range = headers.get("range");
      return range == null ? 0 : Long.parseLong(range.replaceAll("bytes=(\\d+)-.*", "$1"));
    }
  }

  /// Something else than the answer that is due.
  public interface Fault {
    /// Answers in the hub's place.
    ///
    /// @return whether it did
    boolean answers(Request request, Connection connection) throws IOException;
  }

  /// A connection to answer on.
  public final class Connection {
    private final Socket socket;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    public void reply(int status, Map<String, String> headers, byte[] body) throws IOException {
      head(status, headers, body.length);
      write(body, 0, body.length);
    }

    public void head(int status, Map<String, String> headers, long length) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      if (length >= 0 && !headers.containsKey("Content-Length")) {
        head.append("Content-Length: " + length + "\r\n");
      }
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /// Writes a part of a body and counts it.
    public void write(byte[] body, int from, int to) throws IOException {
      for (int at = from; at < to; at += CHUNK) {
        int n = Math.min(CHUNK, to - at);
        out.write(body, at, n);
        out.flush();
        served.addAndGet(n);
        pace();
      }
    }

    private void pace() throws IOException {
      if (pauseMicros > 0) {
        try {
          Thread.sleep(0, pauseMicros * 1000);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    }

    public void cut() throws IOException {
      socket.close();
    }

    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    public void silence() throws IOException {
      try {
        Thread.sleep(30_000);
      } catch (InterruptedException _) {
        socket.close();
      }
    }
  }

  private final StubUploads uploads = new StubUploads(this);
  private final ServerSocket hub;
  private final ServerSocket store;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /// The requests that came, all of them.
  public final List<Request> requests = new CopyOnWriteArrayList<>();

  /// Tried before each answer.
  public final List<Fault> faults = new CopyOnWriteArrayList<>();

  /// Bytes of bodies that were written.
  public final AtomicLong served = new AtomicLong();

  /// What was uploaded to the store, by hash.
  public final Map<String, byte[]> uploaded = new ConcurrentHashMap<>();

  public volatile int pauseMicros;
  public volatile boolean listsTrees = true;

  public StubHub() throws IOException {
    hub = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(hub, false));
    Thread.ofVirtual().start(() -> accept(store, true));
  }

  /// Adds a file to all repositories.
  public StubHub with(String path, byte[] content) {
    files.put(path, content);
    blobs.put(sha256(content), content);
    return this;
  }

  public StubHub with(String path, String content) {
    return with(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /// Adds a file of random bytes.
  public StubHub with(String path, int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return with(path, content);
  }

  public byte[] content(String path) {
    byte[] content = files.get(path);
    if (content == null) {
      throw new IllegalArgumentException(path);
    }
    return content;
  }

  public String url() {
    return "http://127.0.0.1:" + hub.getLocalPort();
  }

  String storeUrl() {
    return "http://127.0.0.1:" + store.getLocalPort();
  }

  /// Returns the paths of the requests that had a method.
  List<String> paths(String method) {
    return requests.stream().filter(r -> r.method().equals(method)).map(Request::path).toList();
  }

  private void accept(ServerSocket server, boolean isStore) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, isStore));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, boolean isStore) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Connection connection = new Connection(socket);
      for (Request r = read(in, isStore); r != null && !socket.isClosed(); r = read(in, isStore)) {
        requests.add(r);
        Request request = r;
        boolean done = false;
        for (Fault f : faults) {
          done = done || f.answers(request, connection);
        }
        if (!done) {
          answer(request, connection);
        }
        if (socket.isClosed()) {
          return;
        }
      }
    } catch (IOException _) {
      // the client has gone
    }
  }

  private static @Nullable Request read(InputStream in, boolean isStore) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String l = line(in); l != null && !l.isEmpty(); l = line(in)) {
      int colon = l.indexOf(':');
      headers.put(l.substring(0, colon).toLowerCase(Locale.ROOT), l.substring(colon + 1).strip());
    }
    byte[] body = new byte[0];
    if (headers.containsKey("content-length")) {
      body = in.readNBytes(Integer.parseInt(String.valueOf(headers.get("content-length"))));
    } else if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks(in);
    }
    String[] words = first.split(" ", -1);
    return new Request(words[0], words[1], headers, body, isStore);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(String.valueOf(line(in)), 16);
      body.writeBytes(in.readNBytes(size));
      line(in);
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private void answer(Request r, Connection c) throws IOException {
    String path = r.path();
    if (r.store()) {
      store(r, c);
    } else if (path.matches("/api/(models|datasets)/[^/]+/[^/]+/revision/.*")) {
      revision(r, c);
    } else if (path.matches("/api/(models|datasets)/[^/]+/[^/]+/tree/" + COMMIT) && listsTrees) {
      tree(r, c);
    } else if (path.matches("(/datasets)?/[^/]+/[^/]+/resolve/(main|v1|" + COMMIT + ")/.*")) {
      resolve(r, c);
    } else if (!uploads.answers(r, c)) {
      c.reply(404, Map.of("X-Error-Code", "RepoNotFound"), new byte[0]);
    }
  }

  private void revision(Request r, Connection c) throws IOException {
    String revision = r.path().replaceFirst(".*/revision/", "");
    if (!revision.equals("main") && !revision.equals(COMMIT) && !revision.equals("v1")) {
      c.reply(404, Map.of("X-Error-Code", "RevisionNotFound"), new byte[0]);
      return;
    }
    StringBuilder siblings = new StringBuilder();
    files
        .keySet()
        .forEach(f ->
            siblings.append(siblings.isEmpty() ? "" : ",").append("{\"rfilename\":\"" + f + "\"}"));
    String json = "{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + siblings + "]}";
    c.reply(200, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
  }

  /// Lists two files a page.
  private void tree(Request r, Connection c) throws IOException {
    int from =
        r.target().contains("cursor=")
            ? Integer.parseInt(r.target().replaceAll(".*cursor=(\\d+).*", "$1"))
            : 0;
    List<String> names = List.copyOf(files.keySet());
    StringBuilder json = new StringBuilder();
    for (String name : names.subList(from, Math.min(names.size(), from + PAGE))) {
      byte[] content = content(name);
      String large =
          isLarge(name)
              ? ",\"lfs\":{\"oid\":\"%s\",\"size\":%d,\"pointerSize\":130}"
                  .formatted(sha256(content), content.length)
              : "";
      json.append(json.isEmpty() ? "" : ",")
          .append(
              "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"%s\"%s}"
                  .formatted(name, content.length, gitBlob(content), large));
    }
    Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", "application/json"));
    if (from + PAGE < names.size()) {
      String next = r.target().replaceFirst("[&?]cursor=\\d+", "") + "&cursor=" + (from + PAGE);
      headers.put("Link", "<" + url() + next + ">; rel=\"next\"");
    }
    c.reply(200, headers, ("[" + json + "]").getBytes(StandardCharsets.UTF_8));
  }

  static boolean isLarge(String name) {
    return name.matches(".*\\.(safetensors|parquet|gguf|model)");
  }

  private void resolve(Request r, Connection c) throws IOException {
    String name = r.path().replaceFirst(".*/resolve/[0-9a-z]+/", "");
    byte[] content = files.get(name);
    if (content == null) {
      c.reply(404, Map.of("X-Error-Code", "EntryNotFound", "X-Repo-Commit", COMMIT), new byte[0]);
    } else if (isLarge(name)) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("X-Repo-Commit", COMMIT);
      headers.put("X-Linked-Etag", "\"" + sha256(content) + "\"");
      headers.put("X-Linked-Size", Integer.toString(content.length));
      headers.put("Location", storeUrl() + "/blob/" + sha256(content) + "?signature=x");
      c.reply(302, headers, new byte[0]);
    } else {
      body(r, c, content, Map.of("X-Repo-Commit", COMMIT, "ETag", "\"" + gitBlob(content) + "\""));
    }
  }

  private void store(Request r, Connection c) throws IOException {
    if (uploads.stores(r, c)) {
      return;
    }
    String wanted = r.path().replaceFirst("/blob/", "");
    byte[] content = blobs.get(wanted);
    if (content != null) {
      body(r, c, content, Map.of("ETag", "\"s3\""));
      return;
    }
    c.reply(404, Map.of(), new byte[0]);
  }

  private static void body(Request r, Connection c, byte[] content, Map<String, String> headers)
      throws IOException {
    String range = r.header("range");
    if (r.method().equals("HEAD")) {
      c.head(200, headers, content.length);
    } else if (range == null) {
      c.reply(200, headers, content);
    } else {
      int from = (int) r.from();
      int to = Math.min(content.length, Integer.parseInt(range.replaceAll(".*-", "")) + 1);
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
      c.head(206, more, to - from);
      c.write(content, from, to);
    }
  }

  public static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  public static String gitBlob(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(content);
    return hash("SHA-1", all.toByteArray());
  }

  private static String hash(String name, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return URI.create(url());
  }

  @Override
  public void close() {
    try {
      hub.close();
      store.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
