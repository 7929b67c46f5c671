package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.jinja.Rendering;
import dev.tesuji.jinja.Template;
import dev.tesuji.jinja.TemplateException;
import dev.tesuji.json.Json;
import dev.tesuji.text.TokenizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The template with which a model's conversations become text.
///
/// A model may have several: one named `tool_use` is taken for conversations with tools, else the
/// one named `default`. Safe for use by several threads.
public final class ChatTemplate {
  private static final Clock LOCAL = Clock.system(ZoneId.systemDefault());
  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String LEGACY = "chat_template.json"; // of processors
  private static final String ADDITIONAL = "additional_chat_templates";
  private static final String ENDING = ".jinja";
  private static final String FIELD = "chat_template";
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";

  private record Parsed(Template template, String source) {}

  private final String name;
  private final Map<String, Parsed> templates;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  private ChatTemplate(
      String name, Map<String, Parsed> templates, Map<String, String> specials, Clock clock) {
    this.name = name;
    this.templates = templates;
    this.specialTokens = specials;
    this.clock = clock;
  }

  /// Reads the template of a model directory, as transformers does: `chat_template.jinja` with the
  /// files of `additional_chat_templates/`; else the field `chat_template` of
  /// `tokenizer_config.json`; else that of `chat_template.json`. A field is text, or several
  /// templates by name.
  ///
  /// The tokens that the directory names, such as `bos_token`, are variables of the template.
  ///
  /// @throws BadInput when there is none, or it cannot be read
  public static ChatTemplate read(Path modelDirectory) {
    Map<String, String> specials = TokenizerSettings.read(modelDirectory).roles();
    ModelFolder folder = ModelFolder.of(modelDirectory);
    Path file = folder.file(FILE);
    Map<String, Parsed> templates = new LinkedHashMap<>();
    if (Files.isRegularFile(file)) {
      templates.put(DEFAULT, parsed(source(file), file.toString()));
    }
    for (String inside : folder.inside(ADDITIONAL, ENDING)) {
      Path more = folder.file(inside);
      String name = more.getFileName().toString();
      name = name.substring(0, name.length() - ENDING.length());
      templates.put(name, parsed(source(more), more.toString()));
    }
    if (!templates.isEmpty()) {
      String name = Files.isRegularFile(file) ? file.toString() : modelDirectory.toString();
      return new ChatTemplate(name, templates, specials, LOCAL);
    }
    for (String name : List.of(CONFIG, LEGACY)) {
      Path config = folder.file(name);
      JsonNode field = folder.has(name) ? folder.json(name).path(FIELD) : Json.MAPPER.missingNode();
      if (!field.isMissingNode() && !field.isNull()) {
        return new ChatTemplate(config.toString(), inField(config, field), specials, LOCAL);
      }
    }
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

  /// Reads a field: text, a list of `{name, template}`, or an object of texts.
  private static Map<String, Parsed> inField(Path config, JsonNode field) {
    Map<String, Parsed> templates = new LinkedHashMap<>();
    if (field.isArray()) {
      for (JsonNode each : field) {
        put(templates, config, text(config, each, "name"), text(config, each, "template"));
      }
    } else if (field.isString()) {
      templates.put(DEFAULT, parsed(field.stringValue(), config + ": chat template"));
    } else if (field.isObject() && field.valueStream().allMatch(JsonNode::isString)) {
      field
          .properties()
          .forEach(e -> put(templates, config, e.getKey(), e.getValue().stringValue()));
    } else {
      throw BadInput.in(
          config, "field '" + FIELD + "' must be text or a list of {name, template}, got " + field);
    }
    return templates;
  }

  private static void put(Map<String, Parsed> templates, Path config, String name, String source) {
    templates.put(name, parsed(source, config + ": chat template '" + name + "'"));
  }

  private static Parsed parsed(String source, String name) {
    try {
      return new Parsed(Template.parse(source, name), source);
    } catch (TemplateException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
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
    return parse(source(file), file.toString());
  }

  private static String source(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadInput(file + ": no such file", e);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read as UTF-8 text: " + e.getMessage(), e);
    }
  }

  /// Returns whether a model directory has a chat template.
  ///
  /// @throws BadInput when a file that may hold it is broken
  public static boolean exists(Path modelDirectory) {
    ModelFolder folder = ModelFolder.of(modelDirectory);
    return Files.isRegularFile(folder.file(FILE))
        || !folder.inside(ADDITIONAL, ENDING).isEmpty()
        || Stream.of(CONFIG, LEGACY)
            .anyMatch(name -> folder.has(name) && folder.json(name).hasNonNull(FIELD));
  }

  /// Reads a template from its source.
  ///
  /// @param name what it is called in messages, such as `chat template`
  /// @throws BadInput naming the line that cannot be read
  public static ChatTemplate parse(String source, String name) {
    return new ChatTemplate(name, Map.of(DEFAULT, parsed(source, name)), Map.of(), LOCAL);
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
    return TokenizerSettings.read(modelDirectory).roles();
  }

  /// Renders a conversation.
  ///
  /// @param addGenerationPrompt whether the text ends where the assistant's next turn begins
  /// @param variables further variables of the template; they go before those of the conversation
  /// @throws BadInput with the template's own message where it refuses the conversation
  public Rendering render(
      Conversation conversation, boolean addGenerationPrompt, Map<String, JsonNode> variables) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(specialTokens);
    conversation.variables().forEach((key, value) -> all.put(key, JavaValues.of(value)));
    variables.forEach((key, value) -> all.put(key, JavaValues.of(value)));
    all.put("messages", conversation.messages().stream().map(JavaValues::of).toList());
    all.put("tools", JavaValues.of(conversation.tools()));
    all.put("documents", JavaValues.of(conversation.documents()));
    all.put("add_generation_prompt", addGenerationPrompt);
    try {
      return chosen(conversation.tools()).render(all, clock);
    } catch (TemplateException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }

  /// Renders a conversation without further variables.
  ///
  /// @throws BadInput with the template's own message where it refuses the conversation
  public Rendering render(Conversation conversation, boolean addGenerationPrompt) {
    return render(conversation, addGenerationPrompt, Map.of());
  }

  private Template chosen(@Nullable JsonNode tools) {
    Parsed forTools = tools == null ? null : templates.get(TOOL_USE);
    Parsed template = forTools == null ? templates.get(DEFAULT) : forTools;
    if (template == null) {
      throw new BadInput(
          name
              + ": has chat templates "
              + String.join(", ", templates.keySet())
              + " but none named '"
              + DEFAULT
              + "'; name one so, or give a template file");
    }
    return template.template();
  }

  /// Returns what it is called in messages, such as its file.
  public String name() {
    return name;
  }

  /// Returns the sources of its templates by name.
  public Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    templates.forEach((each, parsed) -> sources.put(each, parsed.source()));
    return sources;
  }

  /// Returns whether the generation prompt opens a `<think>` that it does not close, so that what
  /// the model writes begins inside of its thoughts.
  ///
  /// It is found by rendering a question with and without the generation prompt.
  ///
  /// @throws BadInput when the template cannot render a question
  public boolean thinkingPrefilled() {
    return thinkingPrefilled(Map.of());
  }

  /// Says the same of conversations that are rendered with variables, such as `enable_thinking`.
  ///
  /// @throws BadInput when the template cannot render a question
  public boolean thinkingPrefilled(Map<String, JsonNode> variables) {
    Conversation question = Conversation.of("user", "Hello");
    String without = render(question, false, variables).text();
    String with = render(question, true, variables).text();
    String prompt = with.startsWith(without) ? with.substring(without.length()) : with;
    return prompt.lastIndexOf("<think>") > prompt.lastIndexOf("</think>");
  }
}
