package dev.tesuji.compute.cpu;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.PromptReader.KeptPrompts;
import dev.tesuji.kernel.PagedAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pages of prompts that were read, as a tree over their tokens, for prompts that begin alike
/// (a radix tree whose edges have the length of a page; [Zheng et al.,
/// 2023](https://arxiv.org/abs/2312.07104)).
///
/// Each kind of prompt has a tree of its own. What was not of use for longest is let go of first,
/// ends before beginnings.
final class PageTree implements AutoCloseable {
  private final long limit;
  private final Map<PromptKey, Node> roots = new HashMap<>();
  private final LinkedHashSet<Node> byUse = new LinkedHashSet<>(); // longest ago first
  private long bytes;
  private long asked;
  private long found;
  private long dropped;

  /// @param limit the most bytes of pages
  PageTree(long limit) {
    this.limit = limit;
  }

  /// A page and what follows it; a root has none.
  private static final class Node {
    final @Nullable Node before;
    final int[] tokens;
    final @Nullable Page page;
    final PromptKey key;
    final List<Node> next = new ArrayList<>();

    Node(PromptKey key) {
      this(null, new int[0], null, key);
    }

    Node(@Nullable Node before, int[] tokens, @Nullable Page page, PromptKey key) {
      this.before = before;
      this.tokens = tokens;
      this.page = page;
      this.key = key;
    }

    /// Returns how many of a prompt's tokens from a place on are those of this page.
    int common(int[] prompt, int from) {
      int to = Math.min(prompt.length, from + tokens.length);
      int at = Arrays.mismatch(prompt, from, to, tokens, 0, tokens.length);
      return at < 0 ? tokens.length : at;
    }
  }

  /// The beginning of a prompt that was read before.
  ///
  /// @param whole pages all of whose tokens are the prompt's
  /// @param part a page of which the first tokens are those that follow; null for none
  /// @param count how many of its tokens
  record Found(List<Page> whole, @Nullable Page part, int count) {
    /// Returns how many tokens were read.
    int tokens() {
      return whole.size() * PagedAttention.PAGE + count;
    }
  }

  /// Finds as much of a prompt as there is, all but its last token at most.
  Found find(PromptKey key, int[] prompt) {
    List<Page> whole = new ArrayList<>();
    Node at = roots.get(key);
    Node last = at;
    Page part = null;
    int count = 0;
    while (at != null) {
      int from = whole.size() * PagedAttention.PAGE;
      int most = prompt.length - 1 - from;
      Node best = null;
      int common = 0;
      for (Node next : at.next) {
        int own = Math.min(most, next.common(prompt, from));
        if (own > common) {
          best = next;
          common = own;
        }
      }
      last = best == null ? last : best;
      boolean full = common == PagedAttention.PAGE;
      if (best != null && best.page != null) {
        if (full) {
          whole.add(best.page);
        } else {
          part = best.page;
          count = common;
        }
      }
      at = full ? best : null;
    }
    touch(last);
    Found all = new Found(whole, part, count);
    asked += prompt.length;
    found += all.tokens();
    return all;
  }

  /// Notes that a page was of use, and the pages before it with it: these come after it, so that
  /// the one of use longest ago never has any that follow it.
  private void touch(@Nullable Node node) {
    for (Node at = node; at != null && at.page != null; at = at.before) {
      byUse.remove(at);
      byUse.add(at);
    }
  }

  /// Keeps the pages of a prompt that was read to its end, as far as they are new.
  void keep(PromptKey key, int[] prompt, List<Page> pages) {
    if (limit == 0) {
      return;
    }
    Node at = roots.computeIfAbsent(key, Node::new);
    for (int p = 0; p < pages.size(); p++) {
      int from = p * PagedAttention.PAGE;
      int[] own =
          Arrays.copyOfRange(prompt, from, Math.min(prompt.length, from + PagedAttention.PAGE));
      at = next(at, own, pages.get(p));
    }
    touch(at);
    while (bytes > limit) {
      drop(byUse.getFirst());
    }
  }

  /// Returns what follows a page with some tokens: the page that is there already, or the one that
  /// is given.
  private Node next(Node at, int[] own, Page page) {
    Node shorter = null;
    for (Node next : at.next) {
      int common = next.common(own, 0);
      if (common == own.length) {
        return next; // the same, or one that goes on
      }
      if (common == next.tokens.length) {
        shorter = next; // the end of another prompt, which this one continues
      }
    }
    if (shorter != null) {
      drop(shorter);
    }
    Node made = new Node(at, own, page.hold(), at.key);
    at.next.add(made);
    byUse.add(made);
    bytes += page.bytes();
    return made;
  }

  private void drop(Node node) {
    byUse.remove(node);
    if (node.before != null && node.page != null) {
      node.before.next.remove(node);
      bytes -= node.page.bytes();
      dropped += node.page.bytes();
      node.page.release();
      if (node.before.page == null && node.before.next.isEmpty()) {
        roots.remove(node.key);
      }
    }
  }

  /// Returns the counts so far.
  KeptPrompts counts() {
    return new KeptPrompts(asked, found, byUse.size(), bytes, limit, dropped);
  }

  /// Lets go of all pages.
  @Override
  public void close() {
    while (!byUse.isEmpty()) {
      drop(byUse.getFirst());
    }
  }
}
