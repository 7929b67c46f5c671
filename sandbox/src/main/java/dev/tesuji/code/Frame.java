package dev.tesuji.code;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// A message between a program and its tests: its kind and its text.
record Frame(char kind, byte[] text) {
  private static final int LARGEST = 1 << 26; // bytes of a text

  static Frame read(DataInputStream in, boolean tagged) throws IOException {
    char kind = tagged ? (char) in.readUnsignedByte() : 'A';
    int size = in.readInt();
    if (size < 0 || size > LARGEST) {
      throw new IOException("a message of " + size + " bytes");
    }
    byte[] text = in.readNBytes(size);
    if (text.length < size) {
      throw new EOFException();
    }
    return new Frame(kind, text);
  }

  void write(OutputStream out, boolean tagged) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(text.length + 5);
    if (tagged) {
      bytes.put((byte) kind);
    }
    out.write(bytes.putInt(text.length).put(text).array(), 0, bytes.position());
    out.flush();
  }
}
