package dev.tesuji.generate;

import dev.tesuji.compute.PromptReader;
import dev.tesuji.compute.PromptReader.Part;
import dev.tesuji.compute.PromptReader.Pass;
import dev.tesuji.compute.PromptReader.Prompt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Prompts that are being read in parts, and the rows that will continue them; and texts that are
/// scored.
final class IncomingPrompts {
  private final PromptReader reader;
  private final List<Incoming> all = new ArrayList<>(); // those that came first, first
  private @Nullable Underway underway; // what is being read

  IncomingPrompts(PromptReader reader) {
    this.reader = reader;
  }

  /// A prompt and its rows, or a text that is scored.
  private static final class Incoming {
    final List<Row> rows = new ArrayList<>();
    final @Nullable PromptScoring scoring;
    @Nullable Prompt prompt; // null before any of it is read

    Incoming(@Nullable PromptScoring scoring) {
      this.scoring = scoring;
    }

    Prompt prompt(PromptReader reader) {
      Prompt begun = prompt;
      if (begun == null) {
        if (scoring != null) {
          begun = reader.beginScored(scoring.tokens, scoring.key);
        } else {
          Row row = rows.getFirst();
          begun = reader.begin(row.prompt(), row.request().promptKey());
        }
        prompt = begun;
      }
      return begun;
    }

    int left() {
      if (prompt != null) {
        return prompt.length() - prompt.read();
      }
      return scoring == null ? rows.getFirst().prompt().length : scoring.tokens.length;
    }

    void close() {
      if (prompt != null) {
        prompt.close();
      }
    }
  }

  /// A part of a prompt that is read next.
  ///
  /// @param rows those that continue the prompt
  /// @param scoring what the part is scored for; null where rows continue it
  record Next(List<Row> rows, @Nullable PromptScoring scoring, Part part) {
    boolean isLast() {
      return part.prompt().read() == part.prompt().length();
    }

    /// Returns whether nobody waits for it any more.
    boolean isOver() {
      return scoring == null ? rows.isEmpty() : scoring.isOver();
    }
  }

  /// Parts of prompts on their way through the layers.
  record Underway(Pass pass, List<Next> parts) {}

  /// Returns how many rows there are.
  int rows() {
    return all.stream().mapToInt(i -> i.rows.size()).sum();
  }

  /// Returns the most tokens that the rows may come to.
  long most() {
    return all.stream().flatMap(i -> i.rows.stream()).mapToLong(Row::most).sum();
  }

  /// Returns how many texts are scored.
  int scorings() {
    return (int) all.stream().filter(i -> i.scoring != null).count();
  }

  /// Returns how many tokens are in no pass yet.
  long left() {
    return all.stream().mapToLong(Incoming::left).sum();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /// Takes rows; those next to each other that continue the same array share its reading.
  void add(List<Row> fresh) {
    for (Row row : fresh) {
      Incoming last = all.isEmpty() ? null : all.getLast();
      boolean other = last == null || last.scoring != null || last.prompt != null;
      if (last == null || other || !row.shares(last.rows.getLast())) {
        last = new Incoming(null);
        all.add(last);
      }
      last.rows.add(row);
    }
  }

  /// Takes a text that is scored.
  void add(PromptScoring scoring) {
    all.add(new Incoming(scoring));
  }

  /// Returns what is being read; null for nothing.
  @Nullable Underway underway() {
    return underway;
  }

  /// Begins to read on: an equal share of each prompt in its turn, and what is left then of those
  /// that came first, so that a long one holds nobody up.
  ///
  /// @param budget tokens, at least 1
  Underway begin(int budget) {
    List<Next> parts = next(budget);
    underway = new Underway(reader.pass(parts.stream().map(Next::part).toList()), parts);
    return underway;
  }

  private List<Next> next(int budget) {
    int share = Math.max(ReadingPace.FEWEST, budget / Math.max(1, all.size()));
    int[] counts = new int[all.size()];
    int left = budget;
    for (int most : new int[] {share, budget}) {
      for (int i = 0; i < counts.length && left > 0; i++) {
        Incoming incoming = all.get(i);
        Prompt prompt = incoming.prompt(reader);
        int rest = prompt.length() - prompt.read();
        int may = incoming.scoring == null ? rest : Math.min(rest, PromptScoring.MOST);
        int more = Math.min(Math.min(most, left), may - counts[i]);
        counts[i] += more;
        left -= more;
      }
    }
    List<Next> next = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      Incoming incoming = all.get(i);
      if (counts[i] > 0) {
        Part part = new Part(incoming.prompt(reader), counts[i]);
        next.add(new Next(incoming.rows, incoming.scoring, part));
      }
    }
    return next;
  }

  /// Lets go of the pass that is past all layers, and of the prompts that are read to their ends;
  /// their rows run.
  void finish() {
    endPass();
    for (Iterator<Incoming> each = all.iterator(); each.hasNext(); ) {
      Incoming incoming = each.next();
      if (incoming.left() == 0) {
        incoming.close();
        each.remove();
      }
    }
  }

  private void endPass() {
    if (underway != null) {
      underway.pass.close();
      underway = null;
    }
  }

  /// Lets go of a pass of which nobody waits for anything any more.
  private void endPassForNobody() {
    if (underway != null && underway.parts.stream().allMatch(Next::isOver)) {
      endPass();
    }
  }

  /// Lets texts go that nobody wants to have scored any more.
  void dropOver() {
    for (Iterator<Incoming> each = all.iterator(); each.hasNext(); ) {
      Incoming incoming = each.next();
      if (incoming.scoring != null && incoming.scoring.isOver()) {
        incoming.close();
        each.remove();
      }
    }
    endPassForNobody();
  }

  /// Lets rows of cancelled requests go, and prompts that nobody waits for any more.
  void dropCancelled(Consumer<Row> dropped) {
    for (Iterator<Incoming> each = all.iterator(); each.hasNext(); ) {
      Incoming incoming = each.next();
      List<Row> over = incoming.rows.stream().filter(r -> r.generation.isCancelled()).toList();
      incoming.rows.removeAll(over);
      if (incoming.scoring == null && incoming.rows.isEmpty()) {
        incoming.close();
        each.remove();
      }
      over.forEach(dropped);
    }
    endPassForNobody();
  }

  /// Hands all rows over; the prompts go with what reads them.
  void end(Consumer<Row> dropped) {
    endPass();
    for (Incoming incoming : all) {
      incoming.rows.forEach(dropped);
      if (incoming.scoring != null) {
        incoming.scoring.fail(new IllegalStateException("the engine is closed"));
      }
    }
    all.clear();
  }
}
