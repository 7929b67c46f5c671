package dev.tesuji.generate;

import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.PromptReader;
import dev.tesuji.compute.PromptReader.Part;
import dev.tesuji.compute.PromptReader.Prompt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Prompts that are being read in parts, and the rows that will continue them.
final class IncomingPrompts {
  private final PromptReader reader;
  private final List<Incoming> all = new ArrayList<>(); // those that came first, first

  IncomingPrompts(PromptReader reader) {
    this.reader = reader;
  }

  /// A prompt and its rows.
  private static final class Incoming {
    final List<Row> rows = new ArrayList<>();
    @Nullable Prompt prompt; // null before any of it is read
  }

  /// A part of a prompt that is read next.
  ///
  /// @param rows those that continue the prompt
  record Next(List<Row> rows, Part part) {
    boolean isLast() {
      return part.prompt().read() == part.prompt().length();
    }
  }

  /// Returns how many rows there are.
  int rows() {
    return all.stream().mapToInt(i -> i.rows.size()).sum();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /// Takes rows; those next to each other that continue the same array share its reading.
  void add(List<Row> fresh) {
    for (Row row : fresh) {
      Incoming last = all.isEmpty() ? null : all.getLast();
      if (last == null || last.prompt != null || !row.shares(last.rows.getLast())) {
        last = new Incoming();
        all.add(last);
      }
      last.rows.add(row);
    }
  }

  /// Chooses what is read next: an equal share of each prompt in its turn, and what is left then of
  /// those that came first, so that a long one holds nobody up.
  List<Next> next(int budget) {
    int share = Math.max(ReadingPace.FEWEST, budget / Math.max(1, all.size()));
    int[] counts = new int[all.size()];
    int left = budget;
    for (int most : new int[] {share, budget}) {
      for (int i = 0; i < counts.length && left > 0; i++) {
        Incoming incoming = all.get(i);
        if (incoming.prompt == null) {
          Row row = incoming.rows.getFirst();
          incoming.prompt = reader.begin(row.prompt(), row.request().promptKey());
        }
        int rest = incoming.prompt.length() - incoming.prompt.read() - counts[i];
        int more = Math.min(Math.min(most, left), rest);
        counts[i] += more;
        left -= more;
      }
    }
    List<Next> next = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      Incoming incoming = all.get(i);
      if (counts[i] > 0) {
        next.add(new Next(incoming.rows, new Part(requireNonNull(incoming.prompt), counts[i])));
      }
    }
    return next;
  }

  /// Lets go of the prompts that are read to their ends; their rows run.
  void removeFinished() {
    for (Iterator<Incoming> each = all.iterator(); each.hasNext(); ) {
      Prompt prompt = each.next().prompt;
      if (prompt != null && prompt.read() == prompt.length()) {
        prompt.close();
        each.remove();
      }
    }
  }

  /// Lets rows of cancelled requests go, and prompts that nobody waits for any more.
  void dropCancelled(Consumer<Row> dropped) {
    for (Iterator<Incoming> each = all.iterator(); each.hasNext(); ) {
      Incoming incoming = each.next();
      List<Row> over = incoming.rows.stream().filter(r -> r.generation.isCancelled()).toList();
      incoming.rows.removeAll(over);
      if (incoming.rows.isEmpty()) {
        if (incoming.prompt != null) {
          incoming.prompt.close();
        }
        each.remove();
      }
      over.forEach(dropped);
    }
  }

  /// Hands all rows over; the prompts go with what reads them.
  void end(Consumer<Row> dropped) {
    all.forEach(incoming -> incoming.rows.forEach(dropped));
    all.clear();
  }
}
