package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of the published {@code tern.proto} what protobuf-java reads and writes by: so the oracle
 * goes by the file itself. It knows as much of the language as stands there.
 */
final class ProtoFile {
  private static final Pattern LINE =
      Pattern.compile("(optional|repeated)? ?(map<string, (\\w+)>|\\w+) (\\w+) = (\\d+);");

  private static final Pattern WORDS = Pattern.compile("[ ,;]+");

  private static final FileDescriptor FILE = read();

  private final FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
  private final Set<String> enums = new HashSet<>();

  private DescriptorProto.Builder message = DescriptorProto.newBuilder();
  private EnumDescriptorProto.Builder numbers = EnumDescriptorProto.newBuilder();
  private boolean isInEnum;
  private boolean isInOneof;

  /** Of protobuf 3's explicit presence: each makes a oneof of its own, behind all others. */
  private final List<FieldDescriptorProto.Builder> optional = new ArrayList<>();

  private ProtoFile() {}

  static Descriptor message(String name) {
    return FILE.findMessageTypeByName(name);
  }

  static List<Descriptor> messages() {
    return FILE.getMessageTypes();
  }

  private static FileDescriptor read() {
    ProtoFile reader = new ProtoFile();
    try (InputStream in = ProtoFile.class.getResourceAsStream("/tern.proto")) {
      String text = new String(Objects.requireNonNull(in, "tern.proto").readAllBytes(), UTF_8);
      Matcher enums = Pattern.compile("enum (\\w+)").matcher(text);
      enums.results().forEach(found -> reader.enums.add(found.group(1)));
      text.lines().map(String::strip).forEach(reader::line);
      return FileDescriptor.buildFrom(reader.file.build(), new FileDescriptor[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void line(String line) {
    String[] words = WORDS.split(line, -1);
    switch (words[0]) {
      case "", "//", "option" -> {}
      case "reserved" -> {
        for (int i = 1; i < words.length - 1; i++) {
          int number = Integer.parseInt(words[i]);
          message.addReservedRange(ReservedRange.newBuilder().setStart(number).setEnd(number + 1));
        }
      }
      case "syntax" -> file.setSyntax("proto3");
      case "package" -> file.setPackage(words[1]);
      case "message" -> message = DescriptorProto.newBuilder().setName(words[1]);
      case "oneof" -> {
        isInOneof = true;
        message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(words[1]));
      }
      case "enum" -> {
        isInEnum = true;
        numbers = EnumDescriptorProto.newBuilder().setName(words[1]);
      }
      case "}" -> close();
      default -> {
        if (isInEnum) {
          numbers.addValue(
              EnumValueDescriptorProto.newBuilder()
                  .setName(words[0])
                  .setNumber(Integer.parseInt(words[2])));
        } else {
          field(line);
        }
      }
    }
  }

  private void close() {
    if (isInOneof) {
      isInOneof = false;
    } else if (isInEnum) {
      isInEnum = false;
      file.addEnumType(numbers);
    } else {
      for (FieldDescriptorProto.Builder field : optional) {
        field.setOneofIndex(message.getOneofDeclCount()).setProto3Optional(true);
        message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + field.getName()));
        message.addField(field);
      }
      optional.clear();
      file.addMessageType(message);
    }
  }

  private void field(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalStateException(line);
    }
    FieldDescriptorProto.Builder field =
        typed(parts.group(2)).setName(parts.group(4)).setNumber(Integer.parseInt(parts.group(5)));
    if (parts.group(3) != null) {
      map(field, parts.group(3));
    } else if ("repeated".equals(parts.group(1))) {
      field.setLabel(Label.LABEL_REPEATED);
    } else if ("optional".equals(parts.group(1))) {
      optional.add(field);
      return;
    } else if (isInOneof) {
      field.setOneofIndex(message.getOneofDeclCount() - 1);
    }
    message.addField(field);
  }

  private void map(FieldDescriptorProto.Builder field, String valueType) {
    String name = Character.toUpperCase(field.getName().charAt(0)) + field.getName().substring(1);
    message.addNestedType(
        DescriptorProto.newBuilder()
            .setName(name + "Entry")
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(typed("string").setName("key").setNumber(1))
            .addField(typed(valueType).setName("value").setNumber(2)));
    String entry = "." + file.getPackage() + "." + message.getName() + "." + name + "Entry";
    field
        .setLabel(Label.LABEL_REPEATED)
        .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName(entry);
  }

  private FieldDescriptorProto.Builder typed(String type) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_OPTIONAL);
    if (Character.isLowerCase(type.charAt(0))) {
      return type.startsWith("map<")
          ? field
          : field.setType(
              FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
    }
    return field
        .setType(
            enums.contains(type)
                ? FieldDescriptorProto.Type.TYPE_ENUM
                : FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName("." + file.getPackage() + "." + type);
  }
}
