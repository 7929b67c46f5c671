package dev.tesuji.compute.cpu;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.PromptReader;
import dev.tesuji.kernel.PagedAttention;
import dev.tesuji.kernel.Stretch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A prompt whose keys and values lie in pages, of which it may share some with others.
final class PagedPrompt implements PromptReader.Prompt {
  final int[] tokens;
  final PromptKey key;
  final List<Page> pages = new ArrayList<>();
  final boolean scored; // whether it is asked what comes after each token
  private final int found;
  private final Stretch[][] stretches; // by layers
  private int read;
  private int holders = 1;
  private boolean let;

  /// Makes a place for each token.
  ///
  /// @param found what was read of it before; null for a text that is scored, of which all is read
  /// @param fresh makes a page with room for some tokens
  PagedPrompt(
      int[] tokens, PromptKey key, int layers, PageTree.@Nullable Found found, PageMaker fresh) {
    this.tokens = tokens;
    this.key = key;
    scored = found == null;
    this.found = found == null ? 0 : found.tokens();
    read = this.found;
    if (found != null) {
      found.whole().forEach(page -> pages.add(page.hold()));
    }
    while (pages.size() * PagedAttention.PAGE < tokens.length) {
      pages.add(fresh.page(length(pages.size())));
    }
    if (found != null && found.part() != null) {
      pages.get(found.whole().size()).copy(found.part(), layers, found.count());
    }
    stretches = new Stretch[layers][pages.size()];
    for (int l = 0; l < layers; l++) {
      for (int p = 0; p < pages.size(); p++) {
        stretches[l][p] = pages.get(p).stretch(l, length(p));
      }
    }
  }

  /// Makes pages.
  @FunctionalInterface
  interface PageMaker {
    /// Returns a page with room for some tokens.
    Page page(int tokens);
  }

  /// Returns how many tokens a page holds in the end.
  private int length(int page) {
    return Math.min(PagedAttention.PAGE, tokens.length - page * PagedAttention.PAGE);
  }

  /// Returns the pages of a layer.
  Stretch[] pages(int layer) {
    return stretches[layer];
  }

  @Override
  public int length() {
    return tokens.length;
  }

  @Override
  public int read() {
    return read;
  }

  @Override
  public int found() {
    return found;
  }

  /// Notes that more was read.
  ///
  /// @return whether that was the rest
  boolean advance(int count) {
    read += count;
    return read == tokens.length;
  }

  void hold() {
    holders++;
  }

  void release() {
    holders--;
    if (holders == 0) {
      pages.forEach(Page::release);
    }
  }

  @Override
  public void close() {
    if (!let) {
      let = true;
      release();
    }
  }
}
