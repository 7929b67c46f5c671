package dev.tesuji.toolcall;

/// A call of a tool.
///
/// @param id what the tool's answer refers to
/// @param name the tool's name
/// @param arguments its arguments as JSON, as the model wrote them
public record ToolCall(String id, String name, String arguments) {}
