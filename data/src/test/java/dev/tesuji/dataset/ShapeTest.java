package dev.tesuji.dataset;

import static dev.tesuji.dataset.DataFolder.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ShapeTest {
  private static final Path FILE = Path.of("d.jsonl");
  private static final String USER = "{'role': 'user', 'content': 'hi'}";
  private static final String GOOD = "{'role': 'assistant', 'content': 'hello'}";
  private static final String BAD = "{'role': 'assistant', 'content': 'go'}";

  private static Row row(String json) {
    return new Row(Place.line(FILE, 7), object(json));
  }

  private static ObjectNode object(String json) {
    return Json.readLine(FILE, 7, json.replace('\'', '"'));
  }

  private static Example read(String json) {
    return Shape.of(row(json), Columns.DEFAULT).read(row(json), Columns.DEFAULT);
  }

  private static Text plain(String text) {
    return new Text.Plain(text);
  }

  private static Text messages(String... messages) {
    return new Text.Messages(Arrays.stream(messages).map(ShapeTest::object).toList());
  }

  private static void misfit(Shape shape, String json, String problem) {
    refused(() -> shape.read(row(json), Columns.DEFAULT), "d.jsonl:7: " + problem);
  }

  @Test
  void theSixShapesInPlainText() {
    assertThat(read("{'text': 'a'}")).isEqualTo(new Example.LanguageModeling(plain("a")));
    assertThat(read("{'prompt': 'a'}")).isEqualTo(new Example.PromptOnly(plain("a")));
    assertThat(read("{'prompt': 'a', 'completion': 'b'}"))
        .isEqualTo(new Example.PromptCompletion(plain("a"), plain("b")));
    assertThat(read("{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'}"))
        .isEqualTo(new Example.Preference(plain("a"), plain("b"), plain("c")));
    assertThat(read("{'prompt': 'a', 'completion': 'b', 'label': false}"))
        .isEqualTo(new Example.UnpairedPreference(plain("a"), plain("b"), false));
    assertThat(read("{'prompt': 'a', 'completions': ['b', 'c'], 'labels': [true, false]}"))
        .isEqualTo(
            new Example.Stepwise(
                plain("a"), List.of(plain("b"), plain("c")), List.of(true, false)));
  }

  @Test
  void theSixShapesInConversations() {
    String u = "[" + USER + "]";
    String g = "[" + GOOD + "]";
    String b = "[" + BAD + "]";
    List<Example> examples =
        List.of(
            read("{'messages': [" + USER + "," + GOOD + "]}"),
            read("{'prompt': " + u + "}"),
            read("{'prompt': " + u + ", 'completion': " + g + "}"),
            read("{'prompt': " + u + ", 'chosen': " + g + ", 'rejected': " + b + "}"),
            read("{'prompt': " + u + ", 'completion': " + g + ", 'label': true}"),
            read("{'prompt': " + u + ", 'completions': [" + g + "], 'labels': [true]}"));
    assertThat(examples)
        .containsExactly(
            new Example.LanguageModeling(messages(USER, GOOD)),
            new Example.PromptOnly(messages(USER)),
            new Example.PromptCompletion(messages(USER), messages(GOOD)),
            new Example.Preference(messages(USER), messages(GOOD), messages(BAD)),
            new Example.UnpairedPreference(messages(USER), messages(GOOD), true),
            new Example.Stepwise(messages(USER), List.of(messages(GOOD)), List.of(true)));
    assertThat(examples).allMatch(Example::isConversational);
    assertThat(read("{'prompt': 'a', 'completion': 'b'}").isConversational()).isFalse();
  }

  @Test
  void otherColumnsAreLeftAlone() {
    assertThat(Shape.of(row("{'prompt': 'a', 'messages': [], 'id': 3}"), Columns.DEFAULT))
        .isEqualTo(Shape.LANGUAGE_MODELING);
    assertThat(
            Shape.of(
                row("{'prompt': 'a', 'chosen': 'b', 'rejected': 'c', 'messages': []}"),
                Columns.DEFAULT))
        .isEqualTo(Shape.PREFERENCE);
    assertThat(
            Shape.of(
                row("{'prompt': 'a', 'completion': 'b', 'label': 'algebra'}"), Columns.DEFAULT))
        .isEqualTo(Shape.PROMPT_COMPLETION);
  }

  @Test
  void columnsMayHaveOtherNames() {
    Columns columns =
        new Columns(
            "t",
            "conversation",
            "question",
            "answer",
            "win",
            "lose",
            "ok",
            "steps",
            "oks",
            "answers",
            "ranks");
    assertThat(reading(columns, null, "{'question': 'a', 'answer': 'b'}"))
        .isEqualTo(new Example.PromptCompletion(plain("a"), plain("b")));
    assertThat(reading(columns, null, "{'win': 'a b', 'lose': 'a c'}"))
        .isEqualTo(new Example.Preference(plain("a"), plain(" b"), plain(" c")));
    assertThat(reading(columns, null, "{'conversation': [" + USER + "]}"))
        .isEqualTo(new Example.LanguageModeling(messages(USER)));
    assertThat(reading(Columns.DEFAULT.withText("story"), null, "{'story': 'a'}"))
        .isEqualTo(new Example.LanguageModeling(plain("a")));
    assertThat(reading(columns, Shape.PROMPT_ONLY, "{'question': 'a', 'answer': 'b'}"))
        .isEqualTo(new Example.PromptOnly(plain("a")));
  }

  private static Example reading(Columns columns, @Nullable Shape shape, String json) {
    Row row = row(json);
    return (shape == null ? Shape.of(row, columns) : shape).read(row, columns);
  }

  @Test
  void aRowOfNoShapeIsNamedWithItsColumns() {
    refused(
        () -> read("{'question': 'a', 'answer': 'b'}"),
        "d.jsonl:7: the columns are those of no data set that is known: 'question', 'answer'; say"
            + " which of them holds what, such as columns: {prompt: question, completion: answer}");
  }

  @Test
  void fieldsThatAreMissingOrOfAnotherKindAreNamed() {
    misfit(
        Shape.PROMPT_COMPLETION,
        "{'prompt': 'a', 'completion': null}",
        "field 'completion' is missing; the line has 'prompt'");
    misfit(
        Shape.PROMPT_COMPLETION,
        "{'prompt': 'a', 'completion': 5}",
        "field 'completion' must be text, or a list of messages, got 5");
    misfit(
        Shape.PROMPT_COMPLETION,
        "{'prompt': [" + USER + "], 'completion': 'b'}",
        "field 'completion' must be a list of messages as 'prompt' is");
    misfit(
        Shape.PREFERENCE,
        "{'chosen': 'b', 'rejected': [" + BAD + "]}",
        "field 'rejected' must be text as 'chosen' is");
    misfit(
        Shape.PREFERENCE,
        "{'prompt': 'hi', 'chosen': [" + USER + "," + GOOD + "], 'rejected': [" + BAD + "]}",
        "field 'prompt' must be a list of messages as 'chosen' is; where chosen and rejected hold"
            + " the prompt too, leave its column out, such as columns: {prompt: none}");
    misfit(Shape.LANGUAGE_MODELING, "{'text': 5}", "field 'text' must be text, got 5");
    misfit(Shape.LANGUAGE_MODELING, "{'a': 5}", "field 'text' is missing; the line has 'a'");
    misfit(
        Shape.UNPAIRED_PREFERENCE,
        "{'prompt': 'a', 'completion': 'b', 'label': 'good'}",
        "field 'label' must be true or false, got \"good\"");
  }

  @Test
  void messagesWithoutRoleOrContentAreNamed() {
    misfit(
        Shape.PROMPT_ONLY,
        "{'prompt': []}",
        "field 'prompt' must have at least one message, got an empty list");
    misfit(
        Shape.PROMPT_ONLY,
        "{'prompt': [" + USER + ", 'x']}",
        "field 'prompt' must be a list of messages ({\"role\": ..., \"content\": ...}), got \"x\"");
    misfit(
        Shape.PROMPT_ONLY,
        "{'prompt': [{'content': 'x'}]}",
        "field 'prompt' must have a 'role' in message 1, got {\"content\":\"x\"}");
    misfit(
        Shape.PROMPT_ONLY,
        "{'prompt': [" + USER + ", {'role': 'user', 'content': null}]}",
        "field 'prompt' must have text as 'content' of message 2, got"
            + " {\"role\":\"user\",\"content\":null}");
    misfit(
        Shape.LANGUAGE_MODELING,
        "{'messages': 'hello'}",
        "field 'messages' must be a list of messages, got \"hello\"");
  }

  @Test
  void marksOfOneMessageThatContradictEachOtherAreRefused() {
    misfit(
        Shape.LANGUAGE_MODELING,
        "{'messages': ["
            + USER
            + ", {'role': 'assistant', 'content': 'b', 'train': true, 'weight': 0}]}",
        "field 'messages' must not say both that message 2 is learned and that it is not ('weight'"
            + " and 'train'), got true");
  }

  @Test
  void messagesKeepWhatTheyHaveButNulls() {
    String call = "{'role': 'assistant', 'tool_calls': [{'name': 'f'}]}";
    assertThat(
            read(
                "{'messages': [{'role': 'user', 'content': 'hi', 'name': null}, "
                    + call.replace("}]}", "}], 'content': null}")
                    + "]}"))
        .isEqualTo(new Example.LanguageModeling(messages(USER, call)));
  }

  @Test
  void listsMayBeWrittenAsText() {
    Row csv = row("{'prompt': 'a'}");
    csv.fields().put("completions", "[\"b\", \"c\"]").put("labels", "[true, false]");
    assertThat(Shape.STEPWISE.read(csv, Columns.DEFAULT))
        .isEqualTo(
            new Example.Stepwise(
                plain("a"), List.of(plain("b"), plain("c")), List.of(true, false)));
    for (String word : List.of("True", "false", "1", "0")) {
      Row labelled = row("{'prompt': 'a', 'completion': 'b'}");
      labelled.fields().put("label", word);
      assertThat(Shape.of(labelled, Columns.DEFAULT).read(labelled, Columns.DEFAULT))
          .isEqualTo(
              new Example.UnpairedPreference(
                  plain("a"), plain("b"), word.equals("True") || word.equals("1")));
    }
  }

  @Test
  void stepsNeedALabelEach() {
    misfit(
        Shape.STEPWISE,
        "{'prompt': 'a', 'completions': ['b', 'c'], 'labels': [true]}",
        "field 'labels' must have as many items as 'completions', 2, got 1");
    misfit(
        Shape.STEPWISE,
        "{'prompt': 'a', 'completions': ['b'], 'labels': [-1]}",
        "field 'labels' must be true or false, got -1");
    misfit(
        Shape.STEPWISE,
        "{'prompt': 'a', 'completions': 'b', 'labels': [true]}",
        "field 'completions' must be a list of steps, got \"b\"");
  }

  @Test
  void wordsForRolesOfShareGptCountWhereverTheyStand() {
    Example talk = new Example.LanguageModeling(messages(USER, GOOD));
    for (String row :
        List.of(
            "{'conversations': [{'from': 'human', 'value': 'hi'}, {'from': 'gpt', 'value': 'hello'}]}",
            "{'conversations': [{'role': 'human', 'value': 'hi'}, {'role': 'gpt', 'value': 'hello'}]}",
            "{'messages': [{'from': 'user', 'content': 'hi'}, {'from': 'GPT', 'content': 'hello'}]}",
            "{'messages': [{'role': 'prompter', 'content': 'hi'},"
                + " {'role': 'Assistant', 'content': 'hello'}]}")) {
      assertThat(read(row)).as(row).isEqualTo(talk);
    }
  }

  @Test
  void severalCallsOfOneTurnAreAllKept() {
    String calls =
        "{'role': 'assistant', 'tool_calls': [{'type': 'function', 'function': {'name': 'f',"
            + " 'arguments': {'a': 1}}}, {'type': 'function', 'function': {'name': 'g'}}]}";
    String list = "[{'name': 'f', 'arguments': {'a': 1}}, {'name': 'g'}]";
    Row shareGpt =
        row("{'conversations': [{'from': 'human', 'value': 'hi'}, {'from': 'function_call'}]}");
    ((ObjectNode) shareGpt.fields().at("/conversations/1")).put("value", list.replace('\'', '"'));
    assertThat(Shape.LANGUAGE_MODELING.read(shareGpt, Columns.DEFAULT))
        .isEqualTo(new Example.LanguageModeling(messages(USER, calls)));
    assertThat(
            read(
                "{'messages': ["
                    + USER
                    + ", {'role': 'assistant', 'function_call': "
                    + list
                    + "}]}"))
        .isEqualTo(new Example.LanguageModeling(messages(USER, calls)));
  }

  @Test
  void aSystemColumnGoesBeforeWhateverIsAsked() {
    String system = "{'role': 'system', 'content': 'be brief'}";
    Example compared =
        new Example.Preference(messages(system, USER), messages(GOOD), messages(BAD));
    String end = ", 'system': 'be brief'}";
    assertThat(
            read(
                "{'prompt': ["
                    + USER
                    + "], 'chosen': ["
                    + GOOD
                    + "], 'rejected': ["
                    + BAD
                    + "]"
                    + end))
        .isEqualTo(compared);
    assertThat(
            read(
                "{'chosen': ["
                    + USER
                    + ","
                    + GOOD
                    + "], 'rejected': ["
                    + USER
                    + ","
                    + BAD
                    + "]"
                    + end))
        .isEqualTo(compared);
    assertThat(
            read(
                "{'input': {'messages': ["
                    + USER
                    + "]}, 'preferred_output': ["
                    + GOOD
                    + "], 'non_preferred_output': ["
                    + BAD
                    + "]"
                    + end))
        .isEqualTo(compared);
    assertThat(
            read(
                "{'prompt': {'messages': ["
                    + USER
                    + "]}, 'responses': [["
                    + GOOD
                    + "], ["
                    + BAD
                    + "]]"
                    + end))
        .isEqualTo(
            new Example.Ranking(messages(system, USER), List.of(messages(GOOD), messages(BAD))));
  }

  @Test
  void whatOnlyATemplateWritesIsRefusedBesidePlainText() {
    String problem =
        "' is not heeded beside 'prompt' that is plain text, as only a chat template writes it;"
            + " put it into the text, make 'prompt' a list of messages, or leave the column out";
    misfit(
        Shape.PREFERENCE,
        "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c', 'system': 'be brief'}",
        "field 'system" + problem);
    misfit(Shape.PROMPT_ONLY, "{'prompt': 'a', 'tools': [{}]}", "field 'tools" + problem);
    assertThat(read("{'prompt': 'a', 'system': '', 'tools': [], 'documents': null}"))
        .isEqualTo(new Example.PromptOnly(plain("a")));
  }

  @Test
  void theSecondHalfOfAlpacasQuestionIsNotLeftOut() {
    Columns alpaca =
        new Columns(
            "text",
            "messages",
            "instruction",
            "output",
            "c",
            "r",
            "label",
            "cs",
            "ls",
            "rs",
            "ranks");
    String question = "{'instruction': 'Add.', 'input': '1 and 2', 'output': '3'}";
    refused(
        () -> reading(alpaca, null, question),
        "d.jsonl:7: field 'input' belongs to 'instruction' and would be left out; join them in one"
            + " column");
    assertThat(reading(alpaca, null, question.replace("1 and 2", "")))
        .isEqualTo(new Example.PromptCompletion(plain("Add."), plain("3")));
  }
}
