package dev.tesuji.play.go;

/// The stones on a board, without the past. Never changes.
sealed interface Stones permits ArrayStones, BitStones {
  Grid grid();

  /// Returns +1 for a black stone, -1 for a white one, 0 for an empty point.
  int at(int point);

  /// Returns a number that differs, but for one chance in 2^64, between two positions.
  long hash();

  /// Writes the hash after a stone of a colour on each empty point, and what it captures there.
  ///
  /// @param hashes for each point; what it holds for others stays
  void hashesAfter(int color, long[] hashes);

  /// Returns the position after a stone of a colour on an empty point, and what it captures: first
  /// chains of the other colour without liberties, then its own chain if it has none.
  Stones play(int point, int color);

  /// Returns the position with a point set to a colour or emptied, nothing captured.
  Stones set(int point, int color);

  /// Returns the liberties of the chain at each point, 0 for empty points.
  int[] liberties();

  /// Returns the area of Tromp and Taylor: whose stone each point has or whose stones alone it
  /// reaches.
  byte[] area();
}
