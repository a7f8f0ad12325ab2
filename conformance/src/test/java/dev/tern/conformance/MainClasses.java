package dev.tern.conformance;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of all modules, without those of their tests, read once for all rules. */
final class MainClasses {
  static final JavaClasses TERN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar")) // as Maven packs them
          .importPackages("dev.tern");

  private MainClasses() {}
}
