package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.jinja.Rendering;
import dev.tesuji.jinja.Template;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The template with which a model's conversations become text.
///
/// A model may have several: one named `tool_use` is taken for conversations with tools, else the
/// one named `default`. Safe for use by several threads.
public final class ChatTemplate {
  private static final Clock LOCAL = Clock.system(ZoneId.systemDefault());
  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String FIELD = "chat_template";
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";

  private final String name;
  private final Map<String, Template> templates;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  private ChatTemplate(
      String name, Map<String, Template> templates, Map<String, String> specials, Clock clock) {
    this.name = name;
    this.templates = templates;
    this.specialTokens = specials;
    this.clock = clock;
  }

  /// Reads the template of a model directory: `chat_template.jinja`, else the field `chat_template`
  /// of `tokenizer_config.json`, which is text or a list of `{name, template}`.
  ///
  /// The tokens that the directory names, such as `bos_token`, are variables of the template.
  ///
  /// @throws BadInput when there is none, or it cannot be read
  public static ChatTemplate read(Path modelDirectory) {
    Map<String, String> specials = specialTokens(modelDirectory);
    Path file = modelDirectory.resolve(FILE);
    if (Files.isRegularFile(file)) {
      return readFile(file).withSpecialTokens(specials);
    }
    Path config = modelDirectory.resolve(CONFIG);
    JsonNode field = Files.exists(config) ? Json.readObject(config).path(FIELD) : null;
    if (field == null || field.isMissingNode() || field.isNull()) {
      throw BadInput.in(
          modelDirectory,
          "has no chat template (no "
              + FILE
              + ", and no '"
              + FIELD
              + "' in "
              + CONFIG
              + "); it may be a base model, or give a template file");
    }
    Map<String, Template> templates = new LinkedHashMap<>();
    if (field.isArray()) {
      for (JsonNode each : field) {
        String which = text(config, each, "name");
        String source = text(config, each, "template");
        templates.put(which, Template.parse(source, config + ": chat template '" + which + "'"));
      }
    } else if (field.isString()) {
      templates.put(DEFAULT, Template.parse(field.stringValue(), config + ": chat template"));
    } else {
      throw BadInput.in(
          config, "field '" + FIELD + "' must be text or a list of {name, template}, got " + field);
    }
    return new ChatTemplate(config.toString(), templates, specials, LOCAL);
  }

  private static String text(Path config, JsonNode entry, String field) {
    if (!entry.path(field).isString()) {
      throw BadInput.in(
          config, "each entry of '" + FIELD + "' must have the text '" + field + "', got " + entry);
    }
    return entry.path(field).stringValue();
  }

  /// Reads a template from a file of its own; the template sees no special tokens.
  ///
  /// @throws BadInput when it cannot be read
  public static ChatTemplate readFile(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new BadInput(file + ": no such file", e);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read as UTF-8 text: " + e.getMessage(), e);
    }
  }

  /// Says whether a model directory has a chat template.
  ///
  /// @throws BadInput when its `tokenizer_config.json` is broken
  public static boolean exists(Path modelDirectory) {
    Path config = modelDirectory.resolve(CONFIG);
    return Files.isRegularFile(modelDirectory.resolve(FILE))
        || (Files.exists(config) && Json.readObject(config).hasNonNull(FIELD));
  }

  /// Reads a template from its source.
  ///
  /// @param name what it is called in messages, such as `chat template`
  /// @throws BadInput naming the line that cannot be read
  public static ChatTemplate parse(String source, String name) {
    return new ChatTemplate(name, Map.of(DEFAULT, Template.parse(source, name)), Map.of(), LOCAL);
  }

  /// Returns the same template with these special tokens as variables, such as `bos_token`.
  public ChatTemplate withSpecialTokens(Map<String, String> tokens) {
    return new ChatTemplate(name, templates, Map.copyOf(tokens), clock);
  }

  /// Returns the same template with another clock for `strftime_now`.
  public ChatTemplate withClock(Clock other) {
    return new ChatTemplate(name, templates, specialTokens, other);
  }

  /// Reads the special tokens that a model directory names, such as `bos_token`, and their texts.
  ///
  /// @throws BadInput when a file that names them is broken
  public static Map<String, String> specialTokens(Path modelDirectory) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String file : new String[] {"special_tokens_map.json", CONFIG}) {
      Path path = modelDirectory.resolve(file);
      ObjectNode json = Files.exists(path) ? Json.readObject(path) : Json.MAPPER.createObjectNode();
      json.properties()
          .forEach(e -> {
            JsonNode value = e.getValue().isObject() ? e.getValue().path("content") : e.getValue();
            if (e.getKey().endsWith("_token") && value.isString()) {
              tokens.put(e.getKey(), value.stringValue());
            }
          });
    }
    return tokens;
  }

  /// Renders a conversation.
  ///
  /// @param addGenerationPrompt whether the text ends where the assistant's next turn begins
  /// @param variables further variables of the template; they go before those of the conversation
  /// @throws BadInput with the template's own message where it refuses the conversation
  public Rendering render(
      Conversation conversation, boolean addGenerationPrompt, Map<String, JsonNode> variables) {
    ObjectNode all = Json.MAPPER.createObjectNode();
    specialTokens.forEach(all::put);
    conversation.variables().forEach(all::set);
    variables.forEach(all::set);
    ArrayNode messages = all.putArray("messages");
    conversation.messages().forEach(messages::add);
    all.set("tools", conversation.tools());
    all.set("documents", conversation.documents());
    all.put("add_generation_prompt", addGenerationPrompt);
    return chosen(conversation.tools()).render(all, clock);
  }

  /// Renders a conversation without further variables.
  ///
  /// @throws BadInput with the template's own message where it refuses the conversation
  public Rendering render(Conversation conversation, boolean addGenerationPrompt) {
    return render(conversation, addGenerationPrompt, Map.of());
  }

  private Template chosen(@Nullable JsonNode tools) {
    Template forTools = tools == null ? null : templates.get(TOOL_USE);
    Template template = forTools == null ? templates.get(DEFAULT) : forTools;
    if (template == null) {
      throw new BadInput(
          name
              + ": has chat templates "
              + String.join(", ", templates.keySet())
              + " but none named '"
              + DEFAULT
              + "'; name one so, or give a template file");
    }
    return template;
  }

  /// Says whether the generation prompt opens a `<think>` that it does not close, so that what the
  /// model writes begins inside of its thoughts.
  ///
  /// It is found by rendering a question with and without the generation prompt.
  ///
  /// @throws BadInput when the template cannot render a question
  public boolean thinkingPrefilled() {
    Conversation question = Conversation.of("user", "Hello");
    String without = render(question, false).text();
    String with = render(question, true).text();
    String prompt = with.startsWith(without) ? with.substring(without.length()) : with;
    return prompt.lastIndexOf("<think>") > prompt.lastIndexOf("</think>");
  }
}
