package dev.tern.cli.describe;

import dev.tern.cli.offer.MethodTable;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.offer.Offer.Param;
import dev.tern.cli.offer.Schema;
import dev.tern.cli.terminal.Printable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server offers, in words.
 *
 * @param server how it is reached in examples: its address, behind the options that say so
 */
record Description(Offer offer, List<String> server) {
  private static final String INDENT = "  ";

  /**
   * The lines about a method or a type, without line breaks; empty if there is none of that name.
   *
   * @param name null for all that there is
   */
  List<String> of(@Nullable String name) {
    if (name == null) {
      return all();
    }
    OfferedMethod method = offer.method(name);
    if (method != null) {
      return method(method);
    }
    return offer.types().containsKey(name) ? type(name) : List.of();
  }

  private List<String> all() {
    List<String> lines = new ArrayList<>(MethodTable.lines(offer));
    addTypes(offer.types().keySet(), lines);
    return lines;
  }

  private List<String> method(OfferedMethod method) {
    List<String> lines = new ArrayList<>();
    String said = method.description().isEmpty() ? "" : INDENT + method.description();
    lines.add(Printable.text(method.name() + said));
    lines.add("");
    lines.add("effect: " + Printable.text(method.effect() == null ? "not said" : method.effect()));
    addParams(method, lines);
    lines.add("result: " + Printable.text(offer.orNull(method.result(), method.result().detail())));
    addTypes(offer.typesIn(schemas(method)), lines);
    lines.add("");
    lines.add("example:");
    boolean isOfMessages = schemas(method).stream().anyMatch(one -> one.message() != null);
    String example =
        isOfMessages
            ? "none: a message of protobuf is sent by programs"
            : new ExampleCall(offer, server).of(method);
    lines.add(INDENT + Printable.text(example));
    return lines;
  }

  private static void addParams(OfferedMethod method, List<String> lines) {
    List<Param> params = method.named();
    if (method.wholeParams() != null) {
      lines.add("params: " + Printable.text(method.wholeParams().detail()));
    } else if (params == null) {
      lines.add("params: not said");
    } else if (params.isEmpty()) {
      lines.add("params: none");
    } else {
      lines.add("params:");
      addMembers(params, lines);
    }
  }

  private static List<Schema> schemas(OfferedMethod method) {
    List<Schema> schemas = new ArrayList<>();
    if (method.wholeParams() != null) {
      schemas.add(method.wholeParams());
    } else {
      Objects.requireNonNullElse(method.params(), List.<Param>of())
          .forEach(param -> schemas.add(param.schema()));
    }
    schemas.add(method.result());
    return schemas;
  }

  private List<String> type(String name) {
    List<String> lines = new ArrayList<>();
    addType(name, lines);
    List<String> others = new ArrayList<>(offer.typesIn(List.of(typeOf(name))));
    others.remove(name);
    addTypes(others, lines);
    List<Param> members = members(typeOf(name));
    Set<String> holders = offer.typesThatHold(name);
    List<String> users =
        offer.methods().stream()
            .filter(method -> takes(method, members) || uses(method, holders))
            .map(OfferedMethod::name)
            .toList();
    if (!users.isEmpty()) {
      lines.add("");
      lines.add("methods: " + Printable.text(String.join(", ", users)));
    }
    return lines;
  }

  private static boolean uses(OfferedMethod method, Set<String> types) {
    return schemas(method).stream()
        .flatMap(schema -> schema.references().stream())
        .anyMatch(types::contains);
  }

  /**
   * Whether the params are that type, member by member: what a method takes as a whole has no name
   * there. A single member says too little.
   */
  private static boolean takes(OfferedMethod method, List<Param> members) {
    List<Param> params = method.named();
    return params != null && params.size() > 1 && params.equals(members);
  }

  private static List<Param> members(Schema type) {
    List<Param> members = new ArrayList<>();
    Set<String> required = type.required();
    type.properties()
        .forEach((key, schema) -> members.add(new Param(key, required.contains(key), schema)));
    return members;
  }

  private void addTypes(Collection<String> names, List<String> lines) {
    for (String name : names) {
      lines.add("");
      addType(name, lines);
    }
  }

  private void addType(String name, List<String> lines) {
    Schema type = typeOf(name);
    if (type.properties().isEmpty()) {
      String words = type.constants().isEmpty() ? type.detail() : type.oneOf();
      lines.add(Printable.text(name + ": " + words));
      return;
    }
    lines.add(Printable.text(name + ":"));
    addMembers(members(type), lines);
  }

  private static void addMembers(List<Param> members, List<String> lines) {
    List<List<String>> rows = new ArrayList<>();
    for (Param member : members) {
      String optional = member.required() ? "" : ", optional";
      rows.add(List.of(member.name(), member.schema().detail() + optional));
    }
    MethodTable.aligned(rows).forEach(row -> lines.add(INDENT + row));
  }

  private Schema typeOf(String name) {
    return offer.types().getOrDefault(name, Schema.ANY);
  }
}
