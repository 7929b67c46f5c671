package dev.tesuji.labels;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Judgements in the project's own files, to which one server writes at a time.
final class FileStore implements JudgementStore, JudgementStore.Turn {
  private final Project project;
  private final Map<String, JudgementLog> logs = new HashMap<>();
  private final Map<String, Hold> holds = new LinkedHashMap<>();
  private boolean isRead;

  private record Hold(String annotator, long since) {}

  FileStore(Project project) {
    this.project = project;
  }

  @Override
  public synchronized <T> T turn(Function<Turn, T> action) {
    return action.apply(this);
  }

  @Override
  public List<Judgement> fresh() {
    List<Judgement> all = isRead ? List.of() : project.said();
    isRead = true;
    return all;
  }

  @Override
  public void append(Judgement judgement) {
    logs.computeIfAbsent(judgement.annotator(), a -> JudgementLog.open(project.judgements(a)))
        .append(judgement);
  }

  @Override
  public Map<String, String> held() {
    long now = System.nanoTime();
    holds.values().removeIf(h -> now - h.since() > HELD.toNanos());
    Map<String, String> held = new LinkedHashMap<>();
    holds.forEach((item, hold) -> held.put(item, hold.annotator()));
    return held;
  }

  @Override
  public void hold(String item, String annotator) {
    holds.put(item, new Hold(annotator, System.nanoTime()));
  }

  @Override
  public synchronized void close() {
    logs.values().forEach(JudgementLog::close);
    logs.clear();
  }
}
