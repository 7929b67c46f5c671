package dev.tesuji.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/// The bytes that a client sends ahead, while its last request is being answered.
///
/// HTTP lets it, and Vert.x then stops to read once it has some of them, with which it no longer
/// notices that the client goes away. So they are held back here, where reading goes on; a client
/// that sends more than a little ahead is hung up on. Used on the connection's own thread.
final class Ahead extends ChannelInboundHandlerAdapter {
  private static final int MOST = 1 << 16; // bytes

  private final Queue<Object> held = new ArrayDeque<>();
  private int bytes;
  private boolean holding;

  /// Stands in front of everything else on a connection.
  static Ahead on(Channel channel) {
    Ahead ahead = new Ahead();
    channel.pipeline().addFirst("ahead", ahead);
    return ahead;
  }

  /// Begins to hold back what comes.
  void hold(Channel channel) {
    holding = true;
    channel.eventLoop().execute(() -> readOn(channel)); // it may be told to stop only after this
  }

  /// Lets go of what was held back, until the next request is complete.
  void release(Channel channel) {
    holding = false;
    ChannelHandlerContext context = channel.pipeline().context(this);
    if (context == null || held.isEmpty()) {
      return; // closed, or nothing came
    }
    while (!holding && !held.isEmpty()) {
      Object next = held.remove();
      bytes -= size(next);
      context.fireChannelRead(next);
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!holding && held.isEmpty()) {
      context.fireChannelRead(message);
      return;
    }
    held.add(message);
    bytes += size(message);
    if (bytes > MOST) {
      drop();
      ChannelFuture _ = context.close();
    }
  }

  private static int size(Object message) {
    return message instanceof ByteBuf some ? some.readableBytes() : 0;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    readOn(context.channel());
  }

  private void readOn(Channel channel) {
    if (holding && !channel.config().isAutoRead()) {
      channel.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    drop();
    context.fireChannelInactive();
  }

  private void drop() {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    bytes = 0;
  }
}
