/// Products that need a calculator: a small model learns to use a tool.
///
/// The base ([dev.tesuji.calculator.ProductsCorpus]) has read authors of whom four in ten ask the
/// calculator and copy what it says, and six guess. It can do both; reinforcement learning, paid
/// for right answers alone, teaches it to ask ([dev.tesuji.tools.ToolTask] says how an episode
/// goes).
///
/// # Reading order
///
/// [dev.tesuji.calculator.Products], [dev.tesuji.calculator.ProductsCorpus],
/// [dev.tesuji.calculator.ProductsTokens], [dev.tesuji.calculator.ProductsTask],
/// [dev.tesuji.calculator.ProductsTexts].
@org.jspecify.annotations.NullMarked
package dev.tesuji.calculator;
