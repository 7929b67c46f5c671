package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.jinja.Rendering;
import dev.tesuji.jinja.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A rendered conversation and which of its text the assistant wrote.
///
/// @param text the conversation, without a generation prompt
/// @param assistant the ranges of what the assistant wrote, in order
/// @param source how they were found
/// @param why where the source is [Source#LAST_TURN], what kept the earlier turns out; else empty
/// @param turns how many turns the assistant has
public record AssistantMask(
    String text, List<Span> assistant, Source source, String why, int turns) {
  /// How the assistant's text was found.
  public enum Source {
    /// The template marks it with `{% generation %}`.
    GENERATION_BLOCKS("the template's generation blocks"),
    /// Each turn is what a rendering with it has and one without it, but with the generation
    /// prompt, has not.
    PREFIXES("rendered prefixes: each assistant turn after its generation prompt"),
    /// The same, for the last turn only: the template writes earlier turns differently.
    LAST_TURN("a rendered prefix: the last assistant turn only"),
    /// The conversation has no assistant turn.
    NOTHING("nothing: the conversation has no assistant turn");

    private final String words;

    Source(String words) {
      this.words = words;
    }

    /// Says it in words.
    public String words() {
      return words;
    }
  }

  /// Copies the list.
  public AssistantMask {
    assistant = List.copyOf(assistant);
  }

  /// Renders a conversation and finds what the assistant wrote in it.
  ///
  /// Without generation blocks, a turn is found by rendering: the text up to it with the generation
  /// prompt must begin the text up to and with it, which must begin the whole. Where that fails for
  /// an earlier turn, because the template drops its thoughts later on, say, the last turn alone
  /// counts.
  ///
  /// @throws BadInput when the template refuses the conversation, or does not allow even that
  public static AssistantMask of(ChatTemplate template, Conversation conversation) {
    Rendering whole = template.render(conversation, false);
    List<Integer> turns = new ArrayList<>();
    for (int i = 0; i < conversation.messages().size(); i++) {
      if (conversation.messages().get(i).path("role").asString("").equals("assistant")) {
        turns.add(i);
      }
    }
    if (!whole.marked().isEmpty()) {
      return new AssistantMask(
          whole.text(), whole.marked(), Source.GENERATION_BLOCKS, "", turns.size());
    }
    if (turns.isEmpty()) {
      return new AssistantMask(whole.text(), List.of(), Source.NOTHING, "", 0);
    }
    return byPrefixes(new Turns(template, conversation, whole.text()), turns);
  }

  /// Returns the same without some of the assistant's turns.
  ///
  /// @param left which, counted from 0 among the assistant's
  /// @throws BadInput when the template's marks do not tell one turn from another
  AssistantMask without(Set<Integer> left) {
    if (source == Source.LAST_TURN) {
      List<Span> last = left.contains(turns - 1) ? List.of() : assistant;
      return new AssistantMask(text, last, source, why, turns);
    }
    if (assistant.size() != turns) {
      throw new BadInput(
          "has turns that are not to be learned, and the chat template marks "
              + assistant.size()
              + " ranges of text for "
              + turns
              + " turns, so that they cannot be told apart");
    }
    List<Span> kept = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      if (!left.contains(i)) {
        kept.add(assistant.get(i));
      }
    }
    return new AssistantMask(text, kept, source, why, turns);
  }

  private static AssistantMask byPrefixes(Turns turns, List<Integer> places) {
    List<Span> spans = new ArrayList<>();
    String why = "";
    for (int place : places) {
      Found found = turns.find(place);
      if (found.span() == null) {
        why = found.why();
      } else {
        spans.add(found.span());
      }
    }
    if (why.isEmpty()) {
      return new AssistantMask(turns.whole(), spans, Source.PREFIXES, "", places.size());
    }
    Found last = turns.find(places.getLast());
    if (last.span() == null) {
      throw new BadInput(
          "the chat template does not allow a loss mask: "
              + last.why()
              + "; mark the assistant's text with {% generation %} in a template of your own");
    }
    return new AssistantMask(
        turns.whole(), List.of(last.span()), Source.LAST_TURN, why, places.size());
  }

  /// A turn's range, or the reason that it has none.
  private record Found(@Nullable Span span, String why) {}

  /// A conversation whose turns are looked for.
  private record Turns(ChatTemplate template, Conversation conversation, String whole) {
    Found find(int message) {
      String before;
      String after;
      try {
        before = template.render(conversation.upTo(message), true).text();
        after = template.render(conversation.upTo(message + 1), false).text();
      } catch (BadInput e) {
        return missing(
            message, "the messages before it cannot be rendered alone (" + e.getMessage() + ")");
      }
      if (!after.startsWith(before)) {
        return missing(message, "its text does not begin with the generation prompt");
      }
      return whole.startsWith(after)
          ? new Found(new Span(before.length(), after.length()), "")
          : missing(message, "it is written differently once other messages follow it");
    }

    private static Found missing(int message, String why) {
      return new Found(null, "message " + message + " cannot be told from the rest, since " + why);
    }
  }
}
