package dev.tesuji.tokenized;

import dev.tesuji.dataset.Row;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts what conversations have and the model does not learn, because the chat template writes it
/// differently once other messages follow, or not at all.
public final class LeftOut {
  private int conversations;
  private int turns;
  private @Nullable String first;
  private final Map<String, Count> fields = new LinkedHashMap<>();

  /// Conversations with a field that is not written.
  ///
  /// @param first where the first of them is
  private record Count(int conversations, String first) {}

  /// Takes a conversation with turns of the assistant that are not learned.
  void turns(Row row, int number, String why) {
    conversations++;
    turns += number;
    first = first == null ? row.place() + ": " + why : first;
  }

  /// Takes a conversation with a field that the template does not write.
  void field(Row row, String name) {
    String place = row.place().toString();
    fields.merge(
        name, new Count(1, place), (old, _) -> new Count(old.conversations() + 1, old.first()));
  }

  /// Says what was counted, and begins anew.
  void say(Path data, Consumer<String> said) {
    if (conversations > 0) {
      said.accept(
          data
              + ": of "
              + conversations
              + (conversations == 1 ? " conversation" : " conversations")
              + " only the last turn of the assistant is learned, "
              + turns
              + " earlier turns are not ("
              + first
              + "); a template with {% generation %} marks lets all turns be learned");
    }
    fields.forEach((name, count) ->
        said.accept(
            data
                + ": the chat template does not write '"
                + name
                + "' of "
                + count.conversations()
                + (count.conversations() == 1 ? " conversation" : " conversations")
                + ", or not all of it (first: "
                + count.first()
                + ")"));
    conversations = 0;
    turns = 0;
    first = null;
    fields.clear();
  }
}
