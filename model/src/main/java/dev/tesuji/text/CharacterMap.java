package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/// Checks SentencePiece's compiled map of characters, which a `Precompiled` normalizer carries.
///
/// The map is 4 bytes of length, a double-array trie
/// ([darts-clone](https://github.com/s-yata/darts-clone)) of that length, and the replacements,
/// each ended by a zero byte. The library follows the trie's units without looking whether they
/// stay inside, so every unit that a text can lead to is visited here first.
final class CharacterMap {
  private static final int BLOCK = 255; // a unit's children lie where a byte changes its place

  private CharacterMap() {}

  /// Refuses a map that leads outside itself.
  ///
  /// @param base64 the map; empty where the normalizer has none
  static void require(Path file, String base64) {
    if (!staysInside(base64)) {
      throw BadInput.in(
          file,
          "field 'precompiled_charsmap' must be a whole map of characters; copy the file again");
    }
  }

  private static boolean staysInside(String base64) {
    ByteBuffer map;
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
        return false; // Java forgives missing padding
      }
      map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (map.remaining() < Integer.BYTES) {
      return false;
    }
    int length = map.getInt();
    if (length < 0 || length > map.remaining() || length % Integer.BYTES != 0) {
      return false;
    }
    IntBuffer units =
        map.slice(map.position(), length).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    ByteBuffer texts = map.slice(map.position() + length, map.remaining() - length);
    return units.hasRemaining() && isUtf8(texts) && walk(units, texts);
  }

  private static boolean isUtf8(ByteBuffer texts) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(texts.duplicate());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean walk(IntBuffer units, ByteBuffer texts) {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    open.add(offset(units.get(0)));
    while (!open.isEmpty()) {
      int base = open.remove();
      if (seen.get(base)) {
        continue;
      }
      seen.set(base);
      if ((base | BLOCK) >= units.limit()) {
        return false;
      }
      for (int label = 1; label <= BLOCK; label++) {
        int at = base ^ label;
        int unit = units.get(at);
        if ((unit & (1 << 31 | BLOCK)) == label) {
          int next = at ^ offset(unit);
          if (next >= units.limit() || (hasLeaf(unit) && !isText(units.get(next), texts))) {
            return false;
          }
          open.add(next);
        }
      }
    }
    return true;
  }

  /// Returns how far a unit's children lie from it, by exclusive or.
  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
  }

  private static boolean hasLeaf(int unit) {
    return (unit & 1 << 8) != 0;
  }

  /// Returns whether a leaf points at the beginning of a character.
  private static boolean isText(int leaf, ByteBuffer texts) {
    int at = leaf & Integer.MAX_VALUE;
    return at == texts.limit() || (at < texts.limit() && (texts.get(at) & 0xC0) != 0x80);
  }
}
