package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What whoever looks at a ready process should know. None of it makes it unready. */
@Service
public final class Conditions {
    private final Map<String, Supplier<String>> reported = new ConcurrentHashMap<>();

    /** Says something until it is cleared. */
    public void report(String name, String state) {
        reported.put(name, () -> state);
    }

    /** Says what is the case whenever somebody asks. */
    public void report(String name, Supplier<String> state) {
        reported.put(name, state);
    }

    public void clear(String name) {
        reported.remove(name);
    }

    /** What is said now. */
    public SortedMap<String, String> all() {
        SortedMap<String, String> all = new TreeMap<>();
        reported.forEach((name, state) -> all.put(name, state.get()));
        return all;
    }
}
