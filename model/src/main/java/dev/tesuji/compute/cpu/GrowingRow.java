package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.CachedAttention;
import dev.tesuji.kernel.Stretch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A row that is being generated: the prompt that it continues, and pages of its own for what
/// follows, taken as it grows. So rows lie close together however long they might get: memory that
/// is only reserved costs time too, in page tables and in pages that are cleared.
final class GrowingRow {
  static final int PAGE = 128; // tokens

  final PagedPrompt prompt;
  private final int most;
  private final List<Page> own = new ArrayList<>();
  private final Stretch[][] before; // by layers, all pages but the newest

  /// Continues a prompt, which it holds.
  ///
  /// @param most tokens that may follow it, a multiple of sixteen
  GrowingRow(PagedPrompt prompt, int layers, int most) {
    this.prompt = prompt;
    this.most = most;
    before = new Stretch[layers][];
    prompt.hold();
    for (int l = 0; l < layers; l++) {
      before[l] = prompt.pages(l);
    }
  }

  /// Takes pages until there is room for a token.
  ///
  /// @param position of the token in its sequence
  void makeRoom(int position, PagedPrompt.PageMaker fresh) {
    while (own.size() * PAGE <= position - prompt.length()) {
      if (!own.isEmpty()) {
        addBefore(own.getLast());
      }
      own.add(fresh.page(Math.min(PAGE, most - own.size() * PAGE)));
    }
  }

  private void addBefore(Page full) {
    for (int l = 0; l < before.length; l++) {
      Stretch[] more = Arrays.copyOf(before[l], before[l].length + 1);
      more[more.length - 1] = full.stretch(l, PAGE);
      before[l] = more;
    }
  }

  /// Returns what a token sees in a layer; there is room for it.
  ///
  /// @param position of the token in its sequence
  CachedAttention.Row seen(int layer, int position) {
    int follows = position - prompt.length();
    int page = follows / PAGE;
    Stretch[] pages = before[layer];
    int newer = own.size() - 1 - page; // pages that were taken for tokens after it
    Stretch[] full = newer == 0 ? pages : Arrays.copyOf(pages, pages.length - newer);
    Stretch tail = own.get(page).stretch(layer, follows % PAGE + 1);
    return new CachedAttention.Row(full, prompt.length() + page * PAGE, tail);
  }

  /// Lets the prompt and all pages go.
  void release() {
    prompt.release();
    own.forEach(Page::release);
  }
}
