package dev.tesuji.serve.api;

/// The fields of a request that say how the answer is sent.
///
/// @param streams whether piece by piece
/// @param usageAtEnd whether a stream ends with the counts of tokens
/// @param tokenIds whether token ids are sent beside the text
public record OutputFields(boolean streams, boolean usageAtEnd, boolean tokenIds) {
  /// Reads them.
  ///
  /// @throws ApiError naming the field that is wrong
  public static OutputFields of(RequestBody body) {
    boolean streams = body.flag("stream", false);
    RequestBody options = body.object("stream_options");
    if (options != null && !streams) {
      throw ApiError.invalid(
          "stream_options", "stream_options must be absent unless stream is true, got an object");
    }
    boolean usage = options != null && options.flag("include_usage", false);
    return new OutputFields(streams, usage, body.flag("return_token_ids", false));
  }
}
