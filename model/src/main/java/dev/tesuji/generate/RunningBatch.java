package dev.tesuji.generate;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.PromptReader;
import dev.tesuji.compute.PromptReader.KeptPrompts;
import dev.tesuji.compute.PromptReader.Pass;
import dev.tesuji.compute.RowTokens;
import dev.tesuji.kernel.Profile;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The rows that are in use, 0 to R - 1, and what happens to them in a step. Others may wait for
/// their prompts to be read in parts, each with a row that is kept free for it.
final class RunningBatch implements AutoCloseable {
  private static final int STOP_MARGIN = 4; // tokens more than a stop string can have

  private final Decoding decoding;
  private final int positions;
  private final @Nullable Tokenizer tokenizer;
  private final List<Row> rows = new ArrayList<>();
  private final @Nullable PromptReader reader; // null where prompts are read whole
  private final @Nullable IncomingPrompts incoming; // null where prompts are read whole
  private final ReadingPace pace;
  private final boolean looksUp;
  private final TokenProposals proposals;
  private long generated; // when the rows had their last tokens
  private @Nullable RuntimeException failure; // the first that a listener threw

  /// The parts that it works with.
  ///
  /// @param decoding closed with it
  /// @param inParts whether prompts are read in parts, where the model can
  /// @param promptLookup the most tokens that are proposed for a row at a time, where the model can
  ///   read several at once; 0 for none
  /// @param price what it costs to read such a token
  /// @param layers of the model
  record Parts(
      Decoding decoding,
      @Nullable Tokenizer tokenizer,
      int layers,
      boolean inParts,
      int promptLookup,
      TokenPrice price) {}

  /// @param positions the most tokens of a sequence
  RunningBatch(Parts parts, int positions) {
    decoding = parts.decoding;
    reader = parts.inParts ? decoding.reader() : null;
    incoming = reader == null ? null : new IncomingPrompts(reader);
    pace = new ReadingPace(parts.layers);
    this.positions = positions;
    tokenizer = parts.tokenizer;
    looksUp = parts.promptLookup > 0 && decoding.readsAhead();
    proposals = new TokenProposals(looksUp ? parts.promptLookup : 0, parts.price);
  }

  /// Returns how many rows are in use, those included whose prompts are being read.
  int size() {
    return rows.size() + (incoming == null ? 0 : incoming.rows());
  }

  /// Returns the most tokens that the rows in use may come to.
  long most() {
    long running = rows.stream().mapToLong(Row::most).sum();
    return running + (incoming == null ? 0 : incoming.most());
  }

  /// Returns whether anything is generated, read or scored.
  boolean hasWork() {
    return !rows.isEmpty() || (incoming != null && !incoming.isEmpty());
  }

  /// Returns how many texts are scored.
  int scorings() {
    return incoming == null ? 0 : incoming.scorings();
  }

  /// Returns how many rows are free.
  int free() {
    return decoding.rows() - size();
  }

  /// Returns whether prompts are read in parts.
  boolean readsParts() {
    return incoming != null;
  }

  /// Returns what is kept of prompts.
  KeptPrompts kept() {
    return reader == null ? KeptPrompts.NONE : reader.kept();
  }

  /// Returns whether tokens are proposed.
  boolean looksUp() {
    return looksUp;
  }

  /// Returns how many tokens were proposed, and how many of them were drawn.
  PromptLookup.Counts lookups() {
    return proposals.counts();
  }

  /// Takes new rows: reads their prompts and draws their first tokens, or does so in parts along
  /// with the next steps.
  ///
  /// @param fresh rows, no more than are free; those next to each other that continue the same
  ///   array share its reading
  void admit(List<Row> fresh) {
    if (incoming != null) {
      incoming.add(fresh);
      return;
    }
    int firstRow = rows.size();
    List<int[]> prompts = new ArrayList<>();
    int[] promptOf = new int[fresh.size()];
    for (int i = 0; i < promptOf.length; i++) {
      if (i == 0 || !fresh.get(i).shares(fresh.get(i - 1))) {
        prompts.add(fresh.get(i).prompt());
      }
      promptOf[i] = prompts.size() - 1;
    }
    fresh.forEach(this::add);
    fresh.forEach(row -> begin(row, 0));
    try (Scope _ = Scope.open()) {
      draw(fresh, decoding.prefill(prompts, promptOf, firstRow));
    }
  }

  /// Takes a text that is scored in parts, along with the next steps.
  ///
  /// @throws IllegalStateException where prompts are read whole
  void score(PromptScoring scoring) {
    if (incoming == null) {
      throw new IllegalStateException("this model's prompts are read whole");
    }
    incoming.add(scoring);
  }

  private void add(Row row) {
    row.putAt(rows.size());
    rows.add(row);
  }

  /// Generates one more token for as many rows as go well together, or more where such as were
  /// proposed are drawn, and reads on. The last rows take the places of those that finish, so that
  /// all come in in the end. Where many prompts are read, the rows may wait for a moment.
  void step() {
    List<Row> some = List.copyOf(rows.subList(0, Math.min(rows.size(), decoding.together())));
    if (reader == null || incoming == null || incoming.isEmpty()) {
      generate(some);
      return;
    }
    int waiting = incoming.rows() + incoming.scorings();
    ReadingPace.Demand demand = new ReadingPace.Demand(some.size(), waiting, incoming.left());
    if (!pace.mayWait(demand, seconds(generated))) {
      generate(some);
    }
    read(reader, incoming, demand);
  }

  private void generate(List<Row> some) {
    if (some.isEmpty()) {
      return;
    }
    RowTokens tokens = proposals.next(some, positions);
    long began = System.nanoTime();
    try (Scope _ = Scope.open()) {
      Tensor logits = decoding.decode(tokens);
      double seconds = seconds(began);
      pace.generated(seconds, some.size());
      proposals.took(seconds, tokens);
      drawOn(some, tokens, logits);
    }
    generated = System.nanoTime();
  }

  /// Takes parts of prompts some layers on.
  ///
  /// @param demand of the rows that wait for their next tokens meanwhile, and of the prompts
  private void read(PromptReader reader, IncomingPrompts incoming, ReadingPace.Demand demand) {
    IncomingPrompts.Underway underway = incoming.underway();
    if (underway == null) {
      int tokens = pace.tokens(demand);
      if (tokens == 0) {
        return;
      }
      underway = incoming.begin(tokens);
    }
    Pass pass = underway.pass();
    int layers = pace.layers(demand, pass.tokens(), pass.ahead());
    long began = System.nanoTime();
    pass.advance(layers);
    pace.read(seconds(began), pass.tokens(), layers);
    if (pass.ahead() == 0) {
      try (Scope _ = Scope.open()) {
        drawFirst(reader, underway.parts(), pass.logits());
      } finally {
        incoming.finish();
      }
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  /// Draws the next token of each row and, as long as it is the one that was proposed, the one
  /// after it.
  ///
  /// @param logits after each token of the pass
  private void drawOn(List<Row> some, RowTokens pass, Tensor logits) {
    if (pass.areSingle()) {
      draw(some, logits);
      return;
    }
    List<Row> open = some;
    while (!open.isEmpty()) {
      int[] at = open.stream().mapToInt(row -> row.lookup.at()).toArray();
      draw(open, logits.indexSelect(0, Tensor.of(at).to(logits.device())));
      open = open.stream().filter(proposals::meets).toList();
    }
  }

  /// Draws the first tokens of the rows whose prompts are read to their ends, and scores texts.
  private void drawFirst(PromptReader reader, List<IncomingPrompts.Next> read, Tensor logits) {
    List<Row> fresh = new ArrayList<>();
    List<Integer> which = new ArrayList<>();
    int predicted = 0;
    for (IncomingPrompts.Next next : read) {
      if (next.scoring() != null) {
        if (!next.isOver()) {
          next.scoring().take(logits.narrow(0, predicted, next.part().count()));
        }
        predicted += next.part().count();
      } else if (next.isLast()) {
        for (Row row : next.rows()) {
          reader.start(rows.size(), next.part().prompt());
          add(row);
          fresh.add(row);
          begin(row, next.part().prompt().found());
          which.add(predicted);
        }
        predicted++;
      }
    }
    if (!which.isEmpty()) {
      int[] index = which.stream().mapToInt(i -> i).toArray();
      Tensor own = logits.indexSelect(0, Tensor.of(index).to(logits.device()));
      draw(fresh, own);
    }
  }

  /// Lets go of texts that nobody wants to have scored any more.
  void dropOver() {
    if (incoming != null) {
      incoming.dropOver();
    }
  }

  /// Ends the rows whose requests are cancelled.
  void dropCancelled() {
    for (int r = rows.size() - 1; r >= 0; r--) {
      Row row = rows.get(r);
      if (row.generation.isCancelled()) {
        remove(r);
        finish(row, FinishReason.CANCELLED);
      }
    }
    if (incoming != null) {
      incoming.dropCancelled(row -> finish(row, FinishReason.CANCELLED));
    }
  }

  /// Draws a token for each of some rows and lets finished rows go.
  private void draw(List<Row> some, Tensor logits) {
    Sampler.Drawn drawn;
    try (Profile.Span _ = Profile.span("sampling")) {
      drawn = drawn(some, logits);
    }
    for (int i = some.size() - 1; i >= 0; i--) { // a finished row is replaced by the last one
      Row row = some.get(i);
      row.add(drawn.tokens()[i], drawn.logProbs()[i], drawn.top(i));
      accept(row);
      FinishReason reason = finished(row);
      if (reason != null) {
        remove(row.place());
      }
      tell(row);
      if (reason != null) {
        finish(row, reason);
      }
    }
  }

  /// Tells a row's constraint of its newest token.
  private void accept(Row row) {
    if (row.constraint != null) {
      try {
        row.constraint.accept(row.last());
      } catch (RuntimeException e) {
        failed(row, e);
      }
    }
  }

  private Sampler.Drawn drawn(List<Row> some, Tensor logits) {
    if (areAlike(some)) {
      return drawn(some, logits, some.getFirst().settings);
    }
    Map<DrawSettings, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < some.size(); i++) {
      groups.computeIfAbsent(some.get(i).settings, _ -> new ArrayList<>()).add(i);
    }
    Sampler.Drawn all = Sampler.Drawn.of(some.size());
    groups.forEach((settings, members) -> {
      int[] which = members.stream().mapToInt(i -> i).toArray();
      Tensor own = logits.indexSelect(0, Tensor.of(which).to(logits.device()));
      List<Row> theirs = IntStream.of(which).mapToObj(some::get).toList();
      all.put(which, drawn(theirs, own, settings));
    });
    return all;
  }

  private static boolean areAlike(List<Row> some) {
    DrawSettings first = some.getFirst().settings;
    return some.stream().allMatch(row -> row.settings.equals(first));
  }

  private Sampler.Drawn drawn(List<Row> some, Tensor logits, DrawSettings settings) {
    double[] uniforms = new double[some.size()];
    List<int[]> contexts = new ArrayList<>();
    for (int i = 0; i < uniforms.length; i++) {
      Row row = some.get(i);
      RandomKey key = row.request().key();
      uniforms[i] =
          Rng.uniform(key.seed(), key.stream(), key.firstSample() + row.sample, row.length);
      if (settings.sampling().repetitionPenalty() != 1) {
        contexts.add(row.context());
      }
    }
    if (!settings.changed() && !settings.own()) {
      Sampler.Wanted wanted = new Sampler.Wanted(settings.sampling(), settings.top());
      return Sampler.draw(logits, contexts, wanted, uniforms);
    }
    Tensor own = settings.own() ? logits.logSoftmax(1) : null;
    if (settings.changed()) {
      change(some, logits);
    }
    int top = own == null ? settings.top() : 0;
    Sampler.Wanted wanted = new Sampler.Wanted(settings.sampling(), top);
    Sampler.Drawn drawn = Sampler.draw(logits, contexts, wanted, uniforms);
    return own == null ? drawn : Sampler.retold(drawn.tokens(), own, settings.top());
  }

  private void change(List<Row> some, Tensor logits) {
    for (int i = 0; i < some.size(); i++) {
      try {
        LogitChanges.apply(some.get(i), logits.select(0, i));
      } catch (RuntimeException e) {
        failed(some.get(i), e);
      }
    }
  }

  private @Nullable FinishReason finished(Row row) {
    Limits limits = row.request().limits();
    if (limits.endTokens().contains(row.last())) {
      return FinishReason.EOS;
    }
    if (limits.stopTokens().contains(row.last()) || hasStopString(row, limits.stopStrings())) {
      return FinishReason.STOP;
    }
    if (row.constraint != null && row.constraint.isOver()) {
      return FinishReason.STOP;
    }
    boolean full = row.position() + 1 >= positions;
    return full || row.length >= limits.maxNewTokens() ? FinishReason.LENGTH : null;
  }

  /// Looks at as many tokens as a stop string can have: had it been there before, the row would
  /// have ended then.
  private boolean hasStopString(Row row, List<String> stops) {
    if (stops.isEmpty() || tokenizer == null) {
      return false;
    }
    int longest =
        stops.stream().mapToInt(s -> s.getBytes(StandardCharsets.UTF_8).length).max().orElse(0);
    int from = Math.max(0, row.length - longest - STOP_MARGIN);
    String text = tokenizer.decodeWithSpecials(Arrays.copyOfRange(row.tokens, from, row.length));
    return stops.stream().anyMatch(text::contains);
  }

  private void remove(int r) {
    rows.get(r).end();
    Row last = rows.removeLast();
    decoding.replace(r, rows.size(), last.position());
    if (r < rows.size()) {
      rows.set(r, last);
      last.putAt(r);
    }
  }

  /// Hands a completion over; its row is no longer in use, or never was.
  void finish(Row row, FinishReason reason) {
    row.generation.finishOne();
    try {
      row.generation.listener().finished(row.completion(reason));
    } catch (RuntimeException e) {
      failed(row, e);
    }
  }

  /// Tells a listener that a row's prompt is read.
  private void begin(Row row, int found) {
    try {
      row.generation.listener().began(row.sample, found);
    } catch (RuntimeException e) {
      failed(row, e);
    }
  }

  /// Tells a listener of a row's newest token.
  private void tell(Row row) {
    try {
      row.generation.listener().drawn(row.newest());
    } catch (RuntimeException e) {
      failed(row, e);
    }
  }

  /// Notes that a listener threw, which costs its own request only.
  private void failed(Row row, RuntimeException thrown) {
    row.generation.cancel();
    failure = failure == null ? thrown : failure;
  }

  /// Returns what a listener has thrown since this was asked last; null for nothing.
  @Nullable RuntimeException takeFailure() {
    RuntimeException thrown = failure;
    failure = null;
    return thrown;
  }

  @Override
  public void close() {
    for (Row row : rows) {
      finish(row, FinishReason.CANCELLED);
    }
    rows.clear();
    if (incoming != null) {
      incoming.end(row -> finish(row, FinishReason.CANCELLED));
    }
    decoding.close();
  }
}
