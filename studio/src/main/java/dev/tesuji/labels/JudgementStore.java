package dev.tesuji.labels;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Where the judgements of a project are kept while people judge.
///
/// Everything happens in turns, one after another, over all servers that share a store: within a
/// turn nobody else reads or writes.
public interface JudgementStore extends AutoCloseable {
  /// How long an item stays before an annotator who says nothing of it.
  Duration HELD = Duration.ofMinutes(10);

  /// A turn at the judgements: sees those there are, and adds to them.
  interface Turn {
    /// Returns what was appended since the last turn that this store object took, in the order of
    /// appending for each annotator, corrections too; all of it the first time.
    List<Judgement> fresh();

    /// Appends a judgement. It is kept for good once the turn has ended.
    void append(Judgement judgement);

    /// Returns who has which item before them, by item, the oldest first.
    Map<String, String> held();

    /// Puts an item before an annotator, for [#HELD].
    void hold(String item, String annotator);
  }

  /// Takes a turn. When it returns, what it appended is on the disk.
  ///
  /// @throws dev.tesuji.check.BadInput when the action refuses, or a disk does not take a line
  /// @throws Unavailable when the store cannot be reached; then it is not known whether what was
  ///   appended is kept, and [Turn#fresh] will return all of it once more
  <T> T turn(Function<Turn, T> action);

  @Override
  void close();
}
