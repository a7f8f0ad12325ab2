package dev.tern.binding.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;

/** Messages with fields of each kind, which no class was generated for. */
final class Schemas {
  private static final String FILE =
      """
      name: "node.proto" package: "tern.test" syntax: "proto3"
      enum_type {
        name: "Color"
        value { name: "NONE" number: 0 } value { name: "RED" number: 1 }
        value { name: "BLUE" number: -2 }
      }
      message_type {
        name: "Node"
        oneof_decl { name: "either" } oneof_decl { name: "_maybe" }
        field { name: "num" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
        field { name: "packed" number: 2 label: LABEL_REPEATED type: TYPE_INT32 }
        field {
          name: "loose" number: 3 label: LABEL_REPEATED type: TYPE_SINT64 options { packed: false }
        }
        field {
          name: "counts" number: 4 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".tern.test.Node.CountsEntry"
        }
        field {
          name: "nodes" number: 5 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".tern.test.Node.NodesEntry"
        }
        field { name: "text" number: 6 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "raw" number: 7 label: LABEL_OPTIONAL type: TYPE_BYTES }
        field {
          name: "inner" number: 8 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".tern.test.Node"
        }
        field {
          name: "list" number: 9 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".tern.test.Node"
        }
        field { name: "a" number: 10 label: LABEL_OPTIONAL type: TYPE_STRING oneof_index: 0 }
        field { name: "b" number: 11 label: LABEL_OPTIONAL type: TYPE_FIXED64 oneof_index: 0 }
        field {
          name: "maybe" number: 12 label: LABEL_OPTIONAL type: TYPE_UINT32 oneof_index: 1
          proto3_optional: true
        }
        field {
          name: "color" number: 13 label: LABEL_OPTIONAL type: TYPE_ENUM
          type_name: ".tern.test.Color"
        }
        field { name: "wide" number: 14 label: LABEL_OPTIONAL type: TYPE_DOUBLE }
        field { name: "narrow" number: 15 label: LABEL_OPTIONAL type: TYPE_FLOAT }
        field { name: "flag" number: 16 label: LABEL_OPTIONAL type: TYPE_BOOL }
        field { name: "texts" number: 17 label: LABEL_REPEATED type: TYPE_STRING }
        field {
          name: "colors" number: 18 label: LABEL_REPEATED type: TYPE_ENUM
          type_name: ".tern.test.Color"
        }
        nested_type {
          name: "CountsEntry"
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 }
          options { map_entry: true }
        }
        nested_type {
          name: "NodesEntry"
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_SINT64 }
          field {
            name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
            type_name: ".tern.test.Node"
          }
          options { map_entry: true }
        }
      }
      """;

  static final Descriptor NODE = node();

  private Schemas() {}

  private static Descriptor node() {
    try {
      FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
      TextFormat.merge(FILE, file);
      return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
          .findMessageTypeByName("Node");
    } catch (TextFormat.ParseException | DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }
}
