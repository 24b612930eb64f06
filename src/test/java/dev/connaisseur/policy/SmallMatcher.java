package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of matching once more, as plainly as they can be written: by regular expressions, with no thought of cost. */
final class SmallMatcher {
    private static final Pattern INNERMOST = Pattern.compile("\\{([^{}]*)\\}");
    private static final List<String> HUB = List.of("docker.io", "index.docker.io", "registry-1.docker.io");

    /** Compiling is most of the cost of this matcher. */
    private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

    private SmallMatcher() {}

    static boolean floating(String pattern, ImageReference image) {
        String glob = (pattern.startsWith("*") ? "" : "*") + pattern + (pattern.endsWith("*") ? "" : "*");
        return glob(glob, image.name());
    }

    static boolean anchored(String pattern, ImageReference image) {
        return expanded(pattern).stream().anyMatch(plain -> anchoredPlain(plain, image));
    }

    private static List<String> expanded(String pattern) {
        Matcher braces = INNERMOST.matcher(pattern);
        if (!braces.find()) {
            return List.of(pattern);
        }
        List<String> expanded = new ArrayList<>();
        for (String alternative : braces.group(1).split(",", -1)) {
            expanded.addAll(
                    expanded(pattern.substring(0, braces.start()) + alternative + pattern.substring(braces.end())));
        }
        return expanded;
    }

    private static boolean anchoredPlain(String pattern, ImageReference image) {
        String[] atDigest = pattern.split("@", 2);
        String last = atDigest[0].substring(atDigest[0].lastIndexOf('/') + 1);
        boolean tagged = last.contains(":");
        String tag = tagged ? last.substring(last.indexOf(':') + 1) : "*";
        String place = tagged ? atDigest[0].substring(0, atDigest[0].length() - tag.length() - 1) : atDigest[0];
        boolean tagFits = tag.matches("\\*+")
                || (image.tag().isPresent() && glob(tag, image.tag().get()));
        boolean digestFits = atDigest.length == 1
                || (image.digest().isPresent()
                        && glob(atDigest[1], image.digest().get().toString()));
        return tagFits && digestFits && place(place, image);
    }

    private static boolean place(String pattern, ImageReference image) {
        if (pattern.matches("\\*+")) {
            return true;
        }
        String first = pattern.contains("/") ? pattern.substring(0, pattern.indexOf('/')) : "";
        boolean registry =
                first.contains(".") || first.contains(":") || first.equals("localhost") || first.matches("\\*+");
        String host = registry ? first.toLowerCase(Locale.ROOT) : "docker.io";
        String path = registry ? pattern.substring(first.length() + 1) : pattern;
        if (HUB.contains(host) && !path.contains("/") && !path.matches("\\*+")) {
            path = "library/" + path;
        }
        String imageHost = image.registry().toLowerCase(Locale.ROOT);
        String imagePath = image.repository();
        if (HUB.contains(imageHost) && !imagePath.contains("/")) {
            imagePath = "library/" + imagePath;
        }
        String glob = host;
        boolean hostFits = HUB.contains(imageHost)
                ? HUB.contains(host) || HUB.stream().anyMatch(name -> glob(glob, name))
                : glob(host, imageHost);
        return hostFits && glob(path, imagePath);
    }

    /** The place of the winning pattern, -1 if none matches. */
    static int winner(List<String> patterns, ImageReference image, boolean anchored) {
        int best = -1;
        String bestPattern = "";
        for (int i = 0; i < patterns.size(); i++) {
            for (String pattern : anchored ? expanded(patterns.get(i)) : List.of(patterns.get(i))) {
                if ((anchored ? anchored(pattern, image) : floating(pattern, image))
                        && (best < 0 || !outweighs(bestPattern, pattern, image, anchored))) {
                    best = i;
                    bestPattern = pattern;
                }
            }
        }
        return best;
    }

    /** Whether the first pattern is strictly the more specific one. */
    private static boolean outweighs(String first, String second, ImageReference image, boolean anchored) {
        String[] name = (anchored ? normalised(image.name()) : image.name()).split("/", -1);
        String[] a = (anchored ? normalised(first) : first).split("/", -1);
        String[] b = (anchored ? normalised(second) : second).split("/", -1);
        if (a.length != b.length) {
            return a.length > b.length;
        }
        for (int i = 0; i < a.length; i++) {
            String part = i < name.length ? name[i] : "";
            if (common(a[i], part) != common(b[i], part)) {
                return common(a[i], part) > common(b[i], part);
            }
        }
        for (int i = 0; i < a.length; i++) {
            if (a[i].length() != b[i].length()) {
                return a[i].length() > b[i].length();
            }
        }
        return false;
    }

    /** Image names and patterns alike, with the registry written out. */
    private static String normalised(String text) {
        String place = text.replaceAll("[:@][^/]*$", "");
        if (place.matches("\\*+")) {
            return text;
        }
        String first = text.contains("/") ? text.substring(0, text.indexOf('/')) : "";
        boolean registry =
                first.contains(".") || first.contains(":") || first.equals("localhost") || first.matches("\\*+");
        String host = registry ? first.toLowerCase(Locale.ROOT) : "docker.io";
        String path = registry ? text.substring(first.length() + 1) : text;
        if (HUB.contains(host)) {
            host = "index.docker.io";
            boolean star = path.replaceAll("[:@][^/]*$", "").matches("\\*+");
            path = path.contains("/") || star ? path : "library/" + path;
        }
        return host + "/" + path;
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static boolean glob(String glob, String text) {
        return COMPILED.computeIfAbsent(glob, SmallMatcher::regex).matcher(text).matches();
    }

    private static Pattern regex(String glob) {
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[' -> {
                    int close = glob.indexOf(']', i);
                    regex.append(glob.substring(i, close + 1).replace("[!", "[^"));
                    i = close;
                }
                case '{' -> {
                    braces++;
                    regex.append("(?:");
                }
                case '}' -> {
                    braces--;
                    regex.append(')');
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                case '\\' -> regex.append(Pattern.quote(String.valueOf(glob.charAt(++i))));
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }
}
