package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Setting;

/** A trial and what it has measured. */
public record Cell(Setting setting, Figures figures) {}
