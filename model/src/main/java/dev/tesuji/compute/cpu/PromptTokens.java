package dev.tesuji.compute.cpu;

import dev.tesuji.compute.PromptReader.Part;
import dev.tesuji.kernel.PagedAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tokens of parts of prompts, end to end.
///
/// @param ids of the tokens
/// @param positions their places in their sequences
/// @param places where the parts stand among them, without their pages
/// @param prompts those that the parts belong to
/// @param ends the tokens after which something is predicted: the last of finished prompts, and all
///   of scored ones
/// @param finished the prompts that are read to their ends
record PromptTokens(
    int[] ids,
    int[] positions,
    List<Place> places,
    List<PagedPrompt> prompts,
    int[] ends,
    List<PagedPrompt> finished) {
  /// Where a part stands.
  record Place(int before, int start, int count) {}

  /// Lays the tokens end to end, and notes them as read.
  static PromptTokens of(List<Part> parts) {
    int n = parts.stream().mapToInt(Part::count).sum();
    int[] ids = new int[n];
    int[] positions = new int[n];
    int[] ends = new int[n];
    int predicted = 0;
    List<Place> places = new ArrayList<>();
    List<PagedPrompt> prompts = new ArrayList<>();
    List<PagedPrompt> finished = new ArrayList<>();
    int start = 0;
    for (Part part : parts) {
      PagedPrompt prompt = (PagedPrompt) part.prompt();
      int before = prompt.read();
      System.arraycopy(prompt.tokens, before, ids, start, part.count());
      for (int t = 0; t < part.count(); t++) {
        positions[start + t] = before + t;
      }
      prompts.add(prompt);
      places.add(new Place(before, start, part.count()));
      boolean last = prompt.advance(part.count());
      int told = prompt.scored ? part.count() : last ? 1 : 0;
      start += part.count();
      for (int t = 0; t < told; t++) {
        ends[predicted + t] = start - told + t;
      }
      predicted += told;
      if (last) {
        finished.add(prompt);
      }
    }
    return new PromptTokens(
        ids, positions, places, prompts, Arrays.copyOf(ends, predicted), finished);
  }

  /// Returns how many there are.
  int count() {
    return ids.length;
  }

  /// Returns the number of each token's adapter.
  int[] adapters() {
    int[] all = new int[ids.length];
    for (int i = 0; i < places.size(); i++) {
      Place p = places.get(i);
      Arrays.fill(all, p.start, p.start + p.count, prompts.get(i).key.adapter());
    }
    return all;
  }

  /// Returns the parts with their pages of a layer.
  PagedAttention.Part[] parts(int layer) {
    PagedAttention.Part[] parts = new PagedAttention.Part[places.size()];
    for (int i = 0; i < parts.length; i++) {
      Place p = places.get(i);
      parts[i] = new PagedAttention.Part(prompts.get(i).pages(layer), p.before, p.start, p.count);
    }
    return parts;
  }
}
