package dev.tern.bench.lab.study;

import java.util.List;

/**
 * What the figures of an experiment say.
 *
 * @param answer in some sentences
 * @param plots as figures of a page
 * @param heads of the table
 */
public record Shown(
    String answer, List<String> plots, List<String> heads, List<List<String>> rows) {}
