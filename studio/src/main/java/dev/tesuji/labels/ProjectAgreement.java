package dev.tesuji.labels;

import dev.tesuji.agreement.Alpha;
import dev.tesuji.agreement.Concordance;
import dev.tesuji.agreement.Rating;
import dev.tesuji.agreement.Ratings;
import dev.tesuji.agreement.Scale;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far the annotators of a project agree, and what biases them.
///
/// Comparisons of two answers count where both annotators put the answers into different tiers.
/// Repeats count for consistency alone, items with known answers for accuracy alone.
public final class ProjectAgreement {
  private final Project project;
  private final List<Judgement> firsts = new ArrayList<>(); // no repeats, no known answers
  private final List<Judgement> all;

  private ProjectAgreement(Project project, List<Judgement> standing) {
    this.project = project;
    all = standing;
    Set<String> seen = new HashSet<>();
    for (Judgement j : all) {
      boolean isFirst =
          j.repeat() == 0 && seen.add(j.annotator().length() + j.annotator() + j.item());
      if (isFirst && !project.item(j.item()).isGold()) {
        firsts.add(j);
      }
    }
  }

  /// Measures a project, as `./tesuji labels agreement --project` prints it.
  ///
  /// @throws dev.tesuji.check.BadInput when a file of it does not fit
  public static ObjectNode of(Project project) {
    return of(project, project.judgements());
  }

  /// Measures judgements of a project.
  ///
  /// @param standing those that stand, each annotator's in the order of saying
  public static ObjectNode of(Project project, List<Judgement> standing) {
    return new ProjectAgreement(project, standing).measure();
  }

  private ObjectNode measure() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    Alpha alpha = Alpha.of(ratings(), Scale.ORDINAL);
    Ratings.put(json, "krippendorff_alpha", alpha.alpha());
    if (!alpha.reason().isEmpty()) {
      json.put("reason", alpha.reason());
    }
    json.put("scale", Scale.ORDINAL.toString());
    concordance(json);
    safety(json);
    json.put("items", project.items().size()).put("judgements", all.size());
    json.put("skipped", count(j -> j.outcome() == Judgement.Outcome.SKIPPED));
    json.put("annotators", all.stream().map(Judgement::annotator).distinct().count());
    json.put("simulated", count(Judgement::isSimulated));
    json.put("paired_answers", alpha.units()).put("paired_tiers", alpha.pairable());
    Map<String, Tally> byAnnotator = new TreeMap<>();
    Map<String, Tally> byDay = new TreeMap<>();
    json.set("pairwise_agreement", pairwise(byAnnotator, byDay).toJson());
    json.set("order_bias", Biases.firstShown(rankings(firsts)).toJson());
    json.set("longer_is_better", Biases.longer(project, rankings(firsts)).toJson());
    json.set("consistency", consistency(all).toJson());
    json.set("gold_accuracy", gold(all).toJson());
    json.set("time_outliers", TimeOutliers.toJson(all));
    people(json.putArray("by_annotator"), byAnnotator);
    ArrayNode days = json.putArray("over_time");
    byDay.forEach(
        (day, tally) -> days.addObject().put("day", day).set("pairwise_agreement", tally.toJson()));
    return json;
  }

  private long count(Predicate<Judgement> which) {
    return all.stream().filter(which).count();
  }

  private static List<Judgement> rankings(List<Judgement> of) {
    return of.stream().filter(Judgement::isRanking).toList();
  }

  private List<Rating> ratings() {
    List<Rating> ratings = new ArrayList<>();
    for (Judgement j : rankings(firsts)) {
      for (int a = 0; a < j.tiers().size(); a++) {
        ratings.add(Rating.of(j.annotator(), j.item() + "\n" + a, j.tiers().get(a)));
      }
    }
    return ratings;
  }

  /// Puts the mean of W over items that several annotators ranked.
  private void concordance(ObjectNode json) {
    List<Double> each = new ArrayList<>();
    for (List<Judgement> item : byItem(rankings(firsts)).values()) {
      Concordance.of(
              item.stream()
                  .map(j -> j.tiers().stream().mapToDouble(Integer::doubleValue).toArray())
                  .toList())
          .ifPresent(each::add);
    }
    OptionalDouble mean = each.stream().mapToDouble(w -> w).average();
    Ratings.put(json, "kendall_w", mean);
    json.put("kendall_w_items", each.size());
  }

  /// Puts alpha of what is safe, where that was asked.
  private void safety(ObjectNode json) {
    List<Rating> ratings = new ArrayList<>();
    for (Judgement j : firsts) {
      for (int a = 0; a < j.safe().size(); a++) {
        Boolean safe = j.safe().get(a);
        if (safe != null) {
          ratings.add(Rating.of(j.annotator(), j.item() + "\n" + a, safe ? 1 : 0));
        }
      }
    }
    if (!ratings.isEmpty()) {
      Ratings.put(json, "safety_alpha", Alpha.of(ratings, Scale.NOMINAL).alpha());
    }
  }

  private static Map<String, List<Judgement>> byItem(List<Judgement> judgements) {
    Map<String, List<Judgement>> byItem = new LinkedHashMap<>();
    judgements.forEach(j -> byItem.computeIfAbsent(j.item(), _ -> new ArrayList<>()).add(j));
    return byItem;
  }

  private Tally pairwise(Map<String, Tally> byAnnotator, Map<String, Tally> byDay) {
    Tally whole = new Tally();
    for (List<Judgement> item : byItem(rankings(firsts)).values()) {
      for (int i = 0; i < item.size(); i++) {
        for (int j = 0; j < i; j++) {
          Tally both = Tally.compare(item.get(i), item.get(j));
          whole.add(both);
          for (Judgement one : List.of(item.get(i), item.get(j))) {
            byAnnotator.computeIfAbsent(one.annotator(), _ -> new Tally()).add(both);
            String day = one.time().length() < 10 ? "unknown" : one.time().substring(0, 10);
            byDay.computeIfAbsent(day, _ -> new Tally()).add(both);
          }
        }
      }
    }
    return whole;
  }

  /// Compares what annotators said when they were asked again with what they had said.
  private Tally consistency(List<Judgement> of) {
    Map<String, Judgement> before = new LinkedHashMap<>();
    Tally tally = new Tally();
    for (Judgement j : rankings(of)) {
      Judgement first = before.putIfAbsent(j.annotator().length() + j.annotator() + j.item(), j);
      if (first != null) {
        tally.add(Tally.compare(first, j));
      }
    }
    return tally;
  }

  private Tally gold(List<Judgement> of) {
    Tally tally = new Tally();
    for (Judgement j : rankings(of)) {
      Item item = project.item(j.item());
      if (item.isGold()) {
        tally.add(Tally.compare(j.tiers(), item.gold()));
      }
    }
    return tally;
  }

  private void people(ArrayNode list, Map<String, Tally> pairwise) {
    for (String name : all.stream().map(Judgement::annotator).distinct().sorted().toList()) {
      List<Judgement> own = all.stream().filter(j -> j.annotator().equals(name)).toList();
      List<Judgement> first = firsts.stream().filter(j -> j.annotator().equals(name)).toList();
      ObjectNode json = list.addObject().put("annotator", name).put("judgements", own.size());
      json.put("simulated", Judgement.isSimulated(name));
      json.put(
          "skipped", own.stream().filter(j -> j.outcome() == Judgement.Outcome.SKIPPED).count());
      Ratings.put(json, "median_milliseconds", TimeOutliers.median(own));
      json.set("pairwise_agreement", pairwise.getOrDefault(name, new Tally()).toJson());
      json.set("order_bias", Biases.firstShown(rankings(first)).toJson());
      json.set("longer_is_better", Biases.longer(project, rankings(first)).toJson());
      json.set("consistency", consistency(own).toJson());
      json.set("gold_accuracy", gold(own).toJson());
    }
  }
}
