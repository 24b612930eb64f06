package dev.connaisseur.validator.notation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds of CBOR data that a signature envelope needs. */
sealed interface CborValue {
    record Whole(long value) implements CborValue {}

    record Text(String value) implements CborValue {}

    record Items(List<CborValue> values) implements CborValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** A map in the order in which it is written; its keys are {@link Whole} or {@link Text}. */
    record Members(Map<CborValue, CborValue> byKey) implements CborValue {
        public Members {
            byKey = Collections.unmodifiableMap(new LinkedHashMap<>(byKey));
        }
    }

    record Tagged(long tag, CborValue content) implements CborValue {}

    /** A byte string. */
    final class Octets implements CborValue {
        private final byte[] content;

        Octets(byte[] content) {
            this.content = content.clone();
        }

        byte[] toArray() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Octets octets && Arrays.equals(content, octets.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }

        @Override
        public String toString() {
            return content.length + " bytes";
        }
    }
}
