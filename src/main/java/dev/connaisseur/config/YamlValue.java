package dev.connaisseur.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of a YAML document after aliases are resolved, with its line (from 1). Immutable and of bounded size. */
sealed interface YamlValue {
    int line();

    /** The YAML short tag, as error messages name it. */
    String tag();

    /** A single value. The text is as written: {@code 1.10} stays {@code 1.10}, {@code yes} stays {@code yes}. */
    record Scalar(String text, Kind kind, int line) implements YamlValue {
        enum Kind {
            STRING("!!str"),
            BOOL("!!bool"),
            INT("!!int"),
            FLOAT("!!float"),
            NULL("!!null");

            private final String tag;

            Kind(String tag) {
                this.tag = tag;
            }
        }

        @Override
        public String tag() {
            return kind.tag;
        }

        boolean isNull() {
            return kind == Kind.NULL;
        }
    }

    record Sequence(List<YamlValue> items, int line) implements YamlValue {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String tag() {
            return "!!seq";
        }
    }

    record Mapping(Map<String, Entry> entries, int line) implements YamlValue {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String tag() {
            return "!!map";
        }
    }

    /** A key's line and its value. */
    record Entry(int line, YamlValue value) {}
}
