package dev.connaisseur.tuf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The name of a role: {@code root}, {@code targets}, {@code snapshot}, {@code timestamp}, or a delegation below {@code targets} such
 * as {@code targets/releases/nightly}. Names come from servers, so they are checked in one pass over their characters, never by a
 * pattern that could back-track, and can never leave their place in a URL.
 */
public record RoleName(String text) implements Comparable<RoleName> {
    public static final RoleName ROOT = new RoleName("root");
    public static final RoleName TARGETS = new RoleName("targets");
    public static final RoleName SNAPSHOT = new RoleName("snapshot");
    public static final RoleName TIMESTAMP = new RoleName("timestamp");

    /** The four roles that every repository has. */
    public static final List<RoleName> BASE = List.of(ROOT, TARGETS, SNAPSHOT, TIMESTAMP);

    private static final String PREFIX = "targets/";
    private static final int LONGEST = 255;

    /** How many levels of delegation may stand below {@code targets}. */
    private static final int DEEPEST = 8;

    public RoleName {
        if (!valid(text)) {
            throw new IllegalArgumentException("not a role name");
        }
    }

    /** Reads a name; empty if it is none. */
    public static Optional<RoleName> parse(String text) {
        return valid(text) ? Optional.of(new RoleName(text)) : Optional.empty();
    }

    /** Reads a delegation as policies name it, with or without {@code targets/} before it. */
    public static Optional<RoleName> delegation(String text) {
        return parse(text.startsWith(PREFIX) ? text : PREFIX + text);
    }

    public boolean isDelegation() {
        return text.startsWith(PREFIX);
    }

    /** Whether {@code other} stands directly below this role. */
    public boolean isParentOf(RoleName other) {
        int slash = other.text.lastIndexOf('/');
        return slash == text.length() && other.text.startsWith(text);
    }

    /** The role above a delegation: {@code targets} or another delegation. */
    public RoleName parent() {
        if (!isDelegation()) {
            throw new IllegalStateException("only a delegation has a role above it");
        }
        return new RoleName(text.substring(0, text.lastIndexOf('/')));
    }

    /** The delegations on the way from {@code targets} to this one, this one last; empty for {@code targets} itself. */
    public List<RoleName> way() {
        List<RoleName> way = new ArrayList<>();
        RoleName step = this;
        while (step.isDelegation()) {
            way.add(step);
            step = step.parent();
        }
        Collections.reverse(way);
        return way;
    }

    private static boolean valid(String text) {
        if (text.equals("root") || text.equals("targets") || text.equals("snapshot") || text.equals("timestamp")) {
            return true;
        }
        if (text.length() > LONGEST || !text.startsWith(PREFIX) || text.endsWith("/")) {
            return false;
        }
        int slashes = 0;
        for (int i = PREFIX.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/') {
                slashes++;
                if (text.charAt(i - 1) == '/') {
                    return false;
                }
            } else if (!allowed(c)) {
                return false;
            }
        }
        return slashes < DEEPEST;
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    @Override
    public int compareTo(RoleName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
