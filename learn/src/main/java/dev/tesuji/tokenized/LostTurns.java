package dev.tesuji.tokenized;

import dev.tesuji.dataset.Row;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts the assistant's turns that cannot be learned, because the chat template writes them
/// differently once other messages follow.
public final class LostTurns {
  private int conversations;
  private int turns;
  private @Nullable String first;

  /// Takes a conversation with turns that are not learned.
  void lost(Row row, int number, String why) {
    conversations++;
    turns += number;
    first = first == null ? row.place() + ": " + why : first;
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
    conversations = 0;
    turns = 0;
    first = null;
  }
}
