package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A project while people judge: hands out items, and keeps what is said.
///
/// Safe for use by several threads. What [#judge] returns from is on the disk.
public final class Labelling implements AutoCloseable {
  private static final List<String> FIELDS =
      List.of("id", "item", "tiers", "safe", "comment", "milliseconds", "outcome");

  private final Project project;
  private final Handout handout;
  private final JudgementStore store;
  private final Said said = new Said();

  /// Opens a project with all that was said, in its files.
  ///
  /// @throws BadInput when a file of it does not fit
  public Labelling(Project project) {
    this(project, new FileStore(project));
  }

  /// Opens a project with all that was said.
  ///
  /// @param store where judgements are kept; this closes it
  /// @throws BadInput when a line of it does not fit
  /// @throws Unavailable when it cannot be reached
  public Labelling(Project project, JudgementStore store) {
    this.project = project;
    this.store = store;
    handout = new Handout(project);
    turn(_ -> true);
  }

  /// An item as it is put before an annotator.
  ///
  /// @param item the item
  /// @param order the answers' numbers in the order in which they are shown
  /// @param repeat how often the annotator has judged it before
  public record Asked(Item item, List<Integer> order, int repeat) {
    /// Copies the list.
    public Asked {
      order = List.copyOf(order);
    }
  }

  /// Returns the project.
  public Project project() {
    return project;
  }

  /// Does something with all that was said up to now. After a failure of the store all is read
  /// again, since it is not known what was kept.
  private <T extends @Nullable Object> T turn(Function<JudgementStore.Turn, T> action) {
    try {
      return store.turn(turn -> {
        turn.fresh().forEach(said::add);
        return action.apply(turn);
      });
    } catch (Unavailable e) {
      said.clear();
      throw e;
    }
  }

  /// Returns what to ask an annotator next, the same until it is judged; null where nothing is
  /// left.
  public synchronized @Nullable Asked next(String annotator) {
    return turn(turn -> handout.next(annotator, said, turn));
  }

  /// Returns all judgements that stand, each annotator's in the order of saying.
  public synchronized List<Judgement> judgements() {
    return turn(_ -> said.all().values().stream().flatMap(List::stream).toList());
  }

  /// Returns how many judgements of an annotator stand.
  public synchronized int count(String annotator) {
    return turn(_ -> said.by(annotator).size());
  }

  /// Returns how many judgements that stand no person said.
  public synchronized long simulated() {
    return judgements().stream().filter(Judgement::isSimulated).count();
  }

  /// Returns the id of the annotator's last judgement that stands; empty where there is none.
  public synchronized String last(String annotator) {
    return turn(_ -> {
      List<Judgement> own = said.by(annotator);
      return own.isEmpty() ? "" : own.getLast().id();
    });
  }

  /// Keeps a judgement.
  ///
  /// @param body `id` (a name that the client makes up, so that what it sends twice counts once),
  ///   `item`, `tiers` and `safe` in the order in which answers were shown, `comment`,
  ///   `milliseconds`, `outcome`
  /// @throws BadInput when it does not fit; then nothing is kept
  public synchronized void judge(String annotator, ObjectNode body) {
    turn(turn -> {
      judge(annotator, body, turn);
      return true;
    });
  }

  private void judge(String annotator, ObjectNode body, JudgementStore.Turn turn) {
    List<Judgement> own = said.by(annotator);
    Import.Entry given = new Import.Entry(project.root(), own.size() + 1L, body);
    for (String name : body.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw given.bad("field '" + BadInput.brief(name) + "' is unknown");
      }
    }
    Json.requireUnicode(body, given::bad);
    String name = Project.requireName("field 'id'", given.requireText("id"));
    String id = given.requireText("item");
    Item item = project.items().get(id);
    if (item == null) {
      throw given.bad("field 'item' must name an item, got '" + BadInput.brief(id) + "'");
    }
    if (own.stream().anyMatch(j -> j.id().equals(name))) {
      return; // it is there, and its acknowledgement was lost
    }
    if (said.isUsed(annotator, name)) {
      throw given.bad("field 'id' must be new, got '" + name + "', which was taken back");
    }
    Judgement judgement = read(given, item, annotator, repeat(given, annotator, item, turn));
    requireMode(given, item, judgement);
    append(judgement, turn);
  }

  private void append(Judgement judgement, JudgementStore.Turn turn) {
    turn.append(judgement);
    said.add(judgement);
  }

  private void requireMode(Import.Entry given, Item item, Judgement judgement) {
    boolean judged = judgement.outcome() == Judgement.Outcome.JUDGED;
    if (judgement.outcome() == Judgement.Outcome.WITHDRAWN) {
      throw given.bad("field 'outcome' must be judged or skipped; undo takes a judgement back");
    }
    if (project.settings().mode() == ProjectSettings.Mode.SAFETY) {
      if (judged
          && judgement.safe().stream().filter(Objects::nonNull).count() < item.answers().size()) {
        throw given.bad("field 'safe' must say true or false of every answer");
      }
    } else if (judged && judgement.tiers().isEmpty()) {
      throw given.bad("field 'tiers' is missing");
    }
  }

  /// Returns how often the annotator has judged the item, which may be judged again only when that
  /// is asked.
  private int repeat(Import.Entry given, String annotator, Item item, JudgementStore.Turn turn) {
    if (said.by(annotator).stream().noneMatch(j -> j.item().equals(item.id()))) {
      return 0;
    }
    Asked asked = handout.next(annotator, said, turn);
    if (asked == null || !asked.item().equals(item)) {
      throw given.bad("field 'item' must not be judged already; undo the judgement first");
    }
    return asked.repeat();
  }

  /// Reads a judgement, brings what is said of answers into the item's order.
  private Judgement read(Import.Entry given, Item item, String annotator, int repeat) {
    List<Integer> order = handout.order(annotator, item, repeat);
    ObjectNode line = given.fields().deepCopy();
    line.put("annotator", annotator).put("time", Instant.now().toString());
    line.put("repeat", repeat);
    order.forEach(line.putArray("order")::add);
    for (String name : List.of("tiers", "safe")) {
      JsonNode shown = line.path(name);
      if (shown.size() == order.size()) {
        ArrayNode own = Json.MAPPER.createArrayNode();
        IntStream.range(0, order.size()).forEach(i -> own.add(shown.get(order.indexOf(i))));
        line.set(name, own);
      }
    }
    Import.Entry entry = new Import.Entry(given.file(), given.number(), line);
    return Judgement.read(entry, item, given.requireText("id"));
  }

  /// Takes back a judgement of an annotator: the item is open again.
  ///
  /// @param judgement its id
  /// @return whether it stood
  public synchronized boolean undo(String annotator, String judgement) {
    return turn(turn -> {
      Judgement before =
          said.by(annotator).stream()
              .filter(j -> j.id().equals(judgement))
              .findFirst()
              .orElse(null);
      if (before == null) {
        return false;
      }
      append(withdrawal(before), turn);
      return true;
    });
  }

  private Judgement withdrawal(Judgement of) {
    String id = "undo-" + of.id();
    while (said.isUsed(of.annotator(), id)) {
      id += "-";
    }
    return new Judgement(
        id,
        of.item(),
        of.annotator(),
        Instant.now().toString(),
        of.order(),
        List.of(),
        List.of(),
        "",
        -1,
        of.id(),
        Judgement.Outcome.WITHDRAWN,
        of.repeat());
  }

  @Override
  public synchronized void close() {
    store.close();
  }
}
