/// Programs over the library, each complete and small enough to read in a minute.
///
/// | program | shows |
/// |---|---|
/// | [dev.tesuji.examples.GenerateText] | load a model and continue a prompt, token by token |
/// | [dev.tesuji.examples.ScoreTexts] | the log-probability of a text |
/// | [dev.tesuji.examples.RenderConversation] | a conversation as the model reads it |
/// | [dev.tesuji.examples.GradeAnswers] | whether an answer is right |
/// | [dev.tesuji.examples.TrainOnOwnTask] | a task and a reward of one's own, reinforcement learning, without YAML |
///
/// A Maven project of your own depends on `dev.tesuji:tesuji-recipe` (training), `tesuji-model`
/// (models), `tesuji-grading` or `tesuji-jinja` after `./mvnw install`. Programs that touch models
/// are started with the options in `.mvn/java.options`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.examples;
