package dev.tern.conformance;

import static java.util.stream.Collectors.joining;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * Who knows whom, and which of them know each other, directly or by way of others.
 *
 * <p>A <em>circle</em> is a path that leads back to where it began. Names that stand on common
 * circles are <em>one thing</em>: none of them can be understood, tested or moved without the rest.
 */
final class Circles {
  /** What a name knows, and by what: one example, in plain words. */
  private final SortedMap<String, SortedMap<String, String>> known = new TreeMap<>();

  /** Notes that one knows the other; of several examples the least is kept. */
  void add(String from, String to, String example) {
    if (!from.equals(to)) {
      known
          .computeIfAbsent(from, _ -> new TreeMap<>())
          .merge(to, example, BinaryOperator.minBy(Comparator.naturalOrder()));
    }
  }

  /** The names that are one thing, largest first; those that stand on no circle are left out. */
  List<SortedSet<String>> components() {
    Map<String, Set<String>> reached = new HashMap<>();
    known.keySet().forEach(name -> reached.put(name, reachedFrom(name)));
    Set<SortedSet<String>> components = new LinkedHashSet<>();
    for (String name : known.keySet()) {
      SortedSet<String> component = new TreeSet<>();
      for (String other : reached.getOrDefault(name, Set.of())) {
        if (reached.getOrDefault(other, Set.of()).contains(name)) {
          component.add(other);
        }
      }
      if (!component.isEmpty()) {
        components.add(component);
      }
    }
    return components.stream().sorted((a, b) -> b.size() - a.size()).toList();
  }

  private Set<String> reachedFrom(String name) {
    Set<String> reached = new LinkedHashSet<>();
    ArrayDeque<String> next = new ArrayDeque<>(List.of(name));
    while (!next.isEmpty()) {
      for (String other : knownBy(next.remove())) {
        if (reached.add(other)) {
          next.add(other);
        }
      }
    }
    return reached;
  }

  private Set<String> knownBy(String name) {
    return known.getOrDefault(name, Collections.emptySortedMap()).keySet();
  }

  /**
   * The circles of a component, shortest first, as text: for each step the shortest circle that
   * goes over it. Where all of them are cut, the component is no more.
   */
  String described(SortedSet<String> component) {
    Set<List<String>> circles = new LinkedHashSet<>();
    for (String from : component) {
      for (String to : knownBy(from)) {
        if (component.contains(to)) {
          circles.add(fromItsLeast(shortestPath(to, from)));
        }
      }
    }
    return component.size()
        + " classes know each other: "
        + String.join(", ", component)
        + circles.stream()
            .sorted((a, b) -> a.size() - b.size())
            .map(this::described)
            .collect(joining());
  }

  /** From one name to another, which knows it: the circle, without its first name at the end. */
  private List<String> shortestPath(String from, String to) {
    Map<String, String> before = new HashMap<>();
    ArrayDeque<String> next = new ArrayDeque<>(List.of(from));
    while (!before.containsKey(to)) {
      String name = next.remove();
      for (String other : knownBy(name)) {
        if (before.putIfAbsent(other, name) == null) {
          next.add(other);
        }
      }
    }
    List<String> path = new ArrayList<>(List.of(to));
    while (!path.getLast().equals(from)) {
      path.add(before.getOrDefault(path.getLast(), from));
    }
    return path.reversed();
  }

  /** One telling for a circle, whichever step it was found by. */
  private static List<String> fromItsLeast(List<String> circle) {
    List<String> rotated = new ArrayList<>(circle);
    Collections.rotate(rotated, -rotated.indexOf(Collections.min(rotated)));
    return rotated;
  }

  private String described(List<String> circle) {
    StringBuilder text = new StringBuilder("\n  a circle of " + circle.size() + ":");
    for (int i = 0; i < circle.size(); i++) {
      String from = circle.get(i);
      String to = circle.get((i + 1) % circle.size());
      String example = known.getOrDefault(from, Collections.emptySortedMap()).get(to);
      text.append("\n    %s knows %s: %s".formatted(from, to, example));
    }
    return text.toString();
  }
}
