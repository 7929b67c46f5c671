package dev.tesuji.serve.http;

import dev.tesuji.check.BadInput;
import io.netty.channel.Channel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Listens for HTTP/1.1, and hands each request, once it has been read, to a virtual thread.
public final class HttpListener implements AutoCloseable {
  static {
    // Both libraries would otherwise take whatever logging they find, and complain where it is
    // none.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
  }

  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 10;

  private final HttpSettings settings;
  private final HttpHandler handler;
  private final Vertx vertx;
  private final HttpServer server;
  private final AtomicInteger active = new AtomicInteger(); // requests that are being answered
  private final BodyMemory memory; // of their bodies, and of those that come
  private final Map<HttpConnection, Use> connections = new ConcurrentHashMap<>();

  /// How a connection is used.
  private static final class Use {
    final AtomicInteger requests = new AtomicInteger();
    final Channel channel;
    final Ahead ahead;
    volatile long since = System.nanoTime(); // when the last request ended, or it was opened

    Use(HttpConnection connection) {
      channel = ((ConnectionBase) connection).channel();
      ahead = Ahead.on(channel);
    }

    /// Lets what was sent ahead come, after the answer that is on its way.
    void letGo() {
      if (!channel.eventLoop().isShuttingDown()) {
        channel.eventLoop().execute(() -> ahead.release(channel));
      }
    }
  }

  /// Begins to listen.
  ///
  /// @throws BadInput when the address cannot be listened at
  public HttpListener(HttpSettings settings, HttpHandler handler) {
    this.settings = settings;
    this.handler = handler;
    memory = BodyMemory.of(settings.maxBody());
    VertxOptions few = new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1);
    few.setInternalBlockingPoolSize(2);
    few.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    vertx = Vertx.vertx(few);
    server = vertx.createHttpServer(options());
    server.connectionHandler(this::opened);
    server.invalidRequestHandler(this::refuseInvalid);
    server.requestHandler(this::accept);
    try {
      server
          .listen()
          .toCompletionStage()
          .toCompletableFuture()
          .get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      vertx.close();
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw new BadInput(
          "could not listen at "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + String.valueOf(cause == null ? e : cause.getMessage())
              + "; give another --host or --port",
          e);
    }
    vertx.setPeriodic(Math.max(20, settings.patience().toMillis() / 8), _ -> closeUnused());
  }

  private HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHost(settings.host()).setPort(settings.port());
    options.setMaxHeaderSize(settings.maxHead()).setMaxInitialLineLength(8 << 10);
    options.setTcpKeepAlive(true).setTcpNoDelay(true).setReuseAddress(true);
    options.setAcceptBacklog(1024);
    options.setHttp2ClearTextEnabled(false); // a connection that may become one is not watched yet
    return options;
  }

  /// Returns the port that it listens at.
  public int port() {
    return server.actualPort();
  }

  /// Returns how many requests are being answered.
  public int active() {
    return active.get();
  }

  /// Returns how many connections are open.
  public int connections() {
    return connections.size();
  }

  private void opened(HttpConnection connection) {
    connections.put(connection, new Use(connection));
    connection.closeHandler(_ -> connections.remove(connection));
  }

  /// Closes connections on which nothing has come for too long: also those that never sent all of
  /// their headers.
  private void closeUnused() {
    long now = System.nanoTime();
    connections.forEach((connection, use) -> {
      if (use.requests.get() == 0 && now - use.since > settings.patience().toNanos()) {
        connection.close();
      }
    });
  }

  private void refuseInvalid(HttpServerRequest request) {
    String problem = String.valueOf(request.decoderResult().cause());
    int status = problem.contains("TooLong") ? 431 : 400;
    refuse(request, handler.refusal(status, "the request must be valid HTTP"));
  }

  /// Refuses a request and hangs up, since the rest of it is not read.
  private void refuse(HttpServerRequest request, HttpAnswer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    request.handler(_ -> {}); // a client that is still sending would not read the answer
    request.exceptionHandler(_ -> {});
    Exchange.write(response, answer.with("connection", "close"));
    vertx.setTimer(1_000, _ -> request.connection().close());
  }

  private void accept(HttpServerRequest request) {
    HttpHead head = head(request);
    HttpAnswer screened = handler.screen(head);
    if (screened != null) {
      boolean hasBody =
          head.header("content-length") != null || head.header("transfer-encoding") != null;
      if (hasBody) {
        refuse(request, screened);
      } else {
        Exchange.write(request.response(), screened);
      }
      return;
    }
    long announced = length(head);
    if (announced > settings.maxBody()) {
      refuse(request, tooLarge());
      return;
    }
    if ("100-continue".equalsIgnoreCase(head.header("expect"))) {
      request.response().writeContinue();
    }
    new Reading(request, head, vertx.getOrCreateContext()).begin();
  }

  private HttpAnswer tooLarge() {
    return handler.refusal(
        413, "the body must have at most " + settings.maxBody() + " bytes, got more");
  }

  private static long length(HttpHead head) {
    String length = head.header("content-length");
    try {
      return length == null ? -1 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // more digits than a number has
    }
  }

  private static HttpHead head(HttpServerRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .headers()
        .forEach(e -> headers.putIfAbsent(e.getKey().toLowerCase(Locale.ROOT), e.getValue()));
    String path = request.path() == null ? "" : request.path();
    String query = request.query() == null ? "" : request.query();
    return new HttpHead(
        request.method().name(), path, query, headers, String.valueOf(request.remoteAddress()));
  }

  /// The reading of one request's body.
  private final class Reading {
    private final HttpServerRequest request;
    private final HttpHead head;
    private final Context context;
    private final Buffer body = Buffer.buffer();
    private final Use use;
    private boolean over;
    private long taken; // bytes

    Reading(HttpServerRequest request, HttpHead head, Context context) {
      this.request = request;
      this.head = head;
      this.context = context;
      use = connections.computeIfAbsent(request.connection(), Use::new);
    }

    void begin() {
      use.requests.incrementAndGet();
      long timer = vertx.setTimer(settings.patience().toMillis(), _ -> giveUp());
      Handler<Void> close =
          _ -> {
            vertx.cancelTimer(timer);
            end();
          };
      request.response().closeHandler(close);
      request.exceptionHandler(_ -> close.handle(null));
      request.handler(chunk -> {
        if (!over && body.length() + chunk.length() > settings.maxBody()) {
          vertx.cancelTimer(timer);
          end();
          refuse(request, tooLarge());
        } else if (!over && !take(chunk.length())) {
          vertx.cancelTimer(timer);
          end();
          refuse(request, handler.refusal(503, "too many bodies come at once; try again"));
        } else if (!over) {
          body.appendBuffer(chunk);
        }
      });
      request.endHandler(_ -> {
        vertx.cancelTimer(timer);
        if (!over) {
          over = true;
          answer();
        }
      });
    }

    /// Takes some of the memory for bodies, where there is some.
    private boolean take(int bytes) {
      boolean fits = memory.take(taken, bytes);
      taken += bytes;
      return fits;
    }

    private void giveUp() {
      if (!over) {
        end();
        refuse(
            request,
            handler.refusal(
                408,
                "the request must arrive within " + settings.patience().toSeconds() + " seconds"));
      }
    }

    private void end() {
      if (!over) {
        over = true;
        release();
      }
    }

    private void release() {
      memory.release(taken);
      use.since = System.nanoTime();
      use.requests.decrementAndGet();
    }

    private void answer() {
      HttpServerResponse response = request.response();
      Exchange exchange =
          new Exchange(head, body.getBytes(), context, response, settings.patience());
      response.closeHandler(_ -> exchange.left());
      response.exceptionHandler(_ -> exchange.left());
      request.exceptionHandler(_ -> exchange.left());
      active.incrementAndGet();
      use.ahead.hold(use.channel);
      Thread.ofVirtual()
          .name("request")
          .start(() -> {
            try {
              handler.handle(exchange);
            } finally {
              active.decrementAndGet();
              release();
              use.letGo();
            }
          });
    }
  }

  /// Waits until no request is being answered.
  ///
  /// @return whether that was so in time
  public boolean awaitQuiet(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (active.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    return active.get() == 0;
  }

  /// Stops listening and hangs up.
  @Override
  public void close() {
    try {
      server.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It was to be closed, and the process ends.
    }
  }
}
