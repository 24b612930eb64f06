package dev.connaisseur.interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chart rendered to.
 *
 * @param objects all of them, in Helm's order; some are hooks
 */
record Rendering(List<Object> objects) {
    Rendering {
        objects = List.copyOf(objects);
    }

    static Rendering of(String yaml) {
        return new Rendering(Chart.documents(yaml));
    }

    /** {@code Kind/name} of every object, with {@code (hook)} behind it for each that is one. */
    List<String> names() {
        return objects.stream().map(Rendering::name).toList();
    }

    private static String name(Object object) {
        String hook = text(object, "metadata", "annotations", "helm.sh/hook");
        String name = text(object, "kind") + "/" + text(object, "metadata", "name");
        return hook.isEmpty() ? name : name + " (" + hook + ")";
    }

    /** The first object of a kind and name that is no hook, or else the first hook. */
    Optional<Object> find(String kindAndName) {
        return objects.stream()
                .filter(object -> name(object).equals(kindAndName))
                .findFirst()
                .or(() -> objects.stream()
                        .filter(object -> name(object).startsWith(kindAndName + " ("))
                        .findFirst());
    }

    Object get(String kindAndName) {
        return find(kindAndName).orElseThrow(() -> new AssertionError("no " + kindAndName + " among " + names()));
    }

    /** A value by keys and list indexes; null where there is none. */
    static @Nullable Object at(@Nullable Object tree, Object... path) {
        @Nullable Object node = tree;
        for (Object step : path) {
            if (node instanceof Map<?, ?> map) {
                node = map.get(step);
            } else if (node instanceof List<?> list && step instanceof Integer index) {
                node = index < list.size() ? list.get(index) : null;
            } else {
                return null;
            }
        }
        return node;
    }

    static String text(@Nullable Object tree, Object... path) {
        Object value = at(tree, path);
        return value == null ? "" : value.toString();
    }

    static List<?> list(@Nullable Object tree, Object... path) {
        return at(tree, path) instanceof List<?> list ? list : List.of();
    }

    static Map<String, String> map(@Nullable Object tree, Object... path) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (at(tree, path) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        }
        return texts;
    }

    /** The decoded data of a Secret. */
    Map<String, String> secret(String name) {
        Map<String, String> data = map(get("Secret/" + name), "data");
        data.replaceAll((key, value) -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        return data;
    }

    /**
     * How a tree falls short of what is expected of it: what is expected may leave keys out. A list of objects with names may be
     * expected as a map by name.
     */
    static List<String> lacks(@Nullable Object expected, @Nullable Object actual, String path) {
        List<String> lacks = new ArrayList<>();
        if (expected instanceof Map<?, ?> wanted && actual instanceof List<?> list) {
            wanted.forEach((name, value) -> lacks.addAll(lacks(
                    value,
                    list.stream()
                            .filter(item -> String.valueOf(name).equals(text(item, "name")))
                            .findFirst()
                            .orElse(null),
                    path + "." + name)));
        } else if (expected instanceof Map<?, ?> wanted && actual instanceof Map<?, ?> map) {
            wanted.forEach((key, value) -> lacks.addAll(lacks(value, map.get(key), path + "." + key)));
        } else if (expected instanceof List<?> wanted
                && actual instanceof List<?> list
                && wanted.size() == list.size()) {
            for (int i = 0; i < wanted.size(); i++) {
                lacks.addAll(lacks(wanted.get(i), list.get(i), path + "[" + i + "]"));
            }
        } else if (!String.valueOf(expected).equals(String.valueOf(actual))) {
            lacks.add(path + ": expected " + expected + ", was " + actual);
        }
        return lacks;
    }
}
