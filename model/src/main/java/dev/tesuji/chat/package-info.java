/// Conversations: their text, their tokens, and which of those the assistant wrote.
///
/// # The problem
///
/// A conversation is a list of messages; a model reads one text. The model's chat template makes
/// one of the other, and it is the only thing that may: what a model was trained on is what it must
/// be asked with. A template is a Jinja program ([dev.tesuji.jinja]).
///
/// # Where a template is found
///
/// `chat_template.jinja` of the model directory, else the field `chat_template` of
/// `tokenizer_config.json`: a text, or a list of named ones, of which `tool_use` serves
/// conversations with tools and `default` the others ([dev.tesuji.chat.ChatTemplate]). The
/// template's variables are those of the conversation, `messages`, `tools`, `documents`,
/// `add_generation_prompt`, and the directory's special tokens such as `bos_token`.
///
/// Since the template writes the special tokens, the text is encoded without adding any.
///
/// # What counts in the loss
///
/// Training on a conversation means training on what the assistant wrote, and on nothing else.
/// Which characters those are ([dev.tesuji.chat.AssistantMask]) is known
///
/// 1. from `{% generation %}` blocks, where the template has them; else
/// 2. by rendering. With r(m, g) the text of messages m with (g = 1) or without (g = 0) a
///    generation prompt, the turn i is what follows
///
///    ```
///    r(m[0..i), 1)   in   r(m[0..i], 0)   in   r(m, 0)
///    ```
///
///    provided that each is the beginning of the next, which is verified. It includes whatever the
///    template writes to end the turn, such as `<|im_end|>` and a newline.
///
/// Many templates of reasoning models break 2 on purpose: they drop the thoughts of earlier turns.
/// Then the last turn alone counts, if it can be told, and the mask says so and why. If it cannot,
/// as where a generation prompt opens a `<think>` that a rendered turn lacks, there is no mask and
/// the error says so: a guess would train on the wrong tokens in silence.
///
/// The whole text is encoded at once and a token counts when it begins inside the assistant's text
/// ([dev.tesuji.chat.ChatTokens]), so the ids are those that the model will meet.
///
/// # Reading order
///
/// [dev.tesuji.chat.Conversation], [dev.tesuji.chat.ChatTemplate], [dev.tesuji.chat.AssistantMask],
/// [dev.tesuji.chat.ChatTokens].
///
/// # What was left out
///
/// Images and other media in messages (their parts go through to the template as they are), the
/// folder `additional_chat_templates`, and `chat_template.json` of processors.
@org.jspecify.annotations.NullMarked
package dev.tesuji.chat;
