package dev.connaisseur.config;

import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.YamlValue.Entry;
import dev.connaisseur.config.YamlValue.Mapping;
import dev.connaisseur.config.YamlValue.Scalar;
import dev.connaisseur.config.YamlValue.Sequence;
import jakarta.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A mapping of a configuration file that knows its file, path and line, and reports what is wrong with it. Reading never throws: a
 * value of the wrong type is reported and reads as absent. A key whose value is null counts as absent.
 *
 * @see <a href="https://yaml.org/spec/1.2.2/#103-core-schema">YAML 1.2 core schema</a>: {@code yes}, {@code no}, {@code on} are strings
 */
public final class ConfigSection {
    private final Problems problems;
    private final String file;
    private final String path;
    private final Mapping mapping;

    ConfigSection(Problems problems, String file, String path, Mapping mapping) {
        this.problems = problems;
        this.file = file;
        this.path = path;
        this.mapping = mapping;
    }

    public String file() {
        return file;
    }

    /** {@code validators[0].trustRoots[1]}; empty at the top of a file. */
    public String path() {
        return path;
    }

    public int line() {
        return mapping.line();
    }

    /** True if the key is there and not null. */
    public boolean has(String key) {
        return value(key).isPresent();
    }

    /** True if the key holds {@code []}. */
    public boolean isEmptyList(String key) {
        return value(key)
                .filter(value -> value instanceof Sequence list && list.items().isEmpty())
                .isPresent();
    }

    /** SHA-256 of what the section says, in hex. */
    String digest() {
        return Fingerprint.of(mapping);
    }

    /** All keys, in the file's order. */
    public Set<String> keys() {
        return mapping.entries().keySet();
    }

    /** A scalar's text. As in the original, numbers and booleans are taken as they are written. */
    public Optional<String> string(String key) {
        return scalar(key, "string").map(Scalar::text);
    }

    /** A text that must be a YAML string: a number or boolean is reported. */
    public Optional<String> strictString(String key) {
        Optional<Scalar> scalar = scalar(key, "string");
        if (scalar.isPresent() && scalar.get().kind() != Scalar.Kind.STRING) {
            wrongType(key, scalar.get(), "string");
            return Optional.empty();
        }
        return scalar.map(Scalar::text);
    }

    /** A text that must be there and not empty; {@code ""} after a report. */
    public String requiredString(String key) {
        return required(key, string(key));
    }

    /** Like {@link #requiredString}, and the value must be a YAML string. */
    public String requiredStrictString(String key) {
        return required(key, strictString(key));
    }

    public Optional<Boolean> bool(String key) {
        Optional<Scalar> scalar = scalar(key, "bool");
        if (scalar.isPresent() && scalar.get().kind() != Scalar.Kind.BOOL) {
            wrongType(key, scalar.get(), "bool");
            return Optional.empty();
        }
        return scalar.map(s -> s.text().toLowerCase(Locale.ROOT).equals("true"));
    }

    public OptionalInt integer(String key) {
        Optional<Scalar> scalar = scalar(key, "int");
        if (scalar.isEmpty()) {
            return OptionalInt.empty();
        }
        Optional<BigInteger> number = scalar.get().kind() == Scalar.Kind.INT
                ? parseInteger(scalar.get().text())
                : Optional.empty();
        if (number.isEmpty() || number.get().bitLength() > 31) {
            wrongType(key, scalar.get(), "int");
            return OptionalInt.empty();
        }
        return OptionalInt.of(number.get().intValue());
    }

    public Optional<ConfigSection> section(String key) {
        return value(key).flatMap(value -> asSection(key, value));
    }

    /** A mapping as JSON, scalars as the YAML core schema types them. */
    public Optional<JsonObject> json(String key) {
        return value(key).filter(Mapping.class::isInstance).map(value -> YamlJson.of((Mapping) value));
    }

    /** The mappings of a list; an entry that is none is reported and left out. Empty if the key is absent. */
    public List<ConfigSection> sections(String key) {
        List<ConfigSection> sections = new ArrayList<>();
        List<YamlValue> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            asSection(key + "[" + i + "]", items.get(i)).ifPresent(sections::add);
        }
        return sections;
    }

    /** The texts of a list; an entry that is no scalar is reported and left out. Empty if the key is absent. */
    public List<String> strings(String key) {
        List<String> texts = new ArrayList<>();
        List<YamlValue> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar scalar && !scalar.isNull()) {
                texts.add(scalar.text());
            } else {
                wrongType(key + "[" + i + "]", items.get(i), "string");
            }
        }
        return texts;
    }

    /** Reports every other key. */
    public void onlyKeys(String... known) {
        Set<String> allowed = Set.of(known);
        for (String key : keys()) {
            if (!allowed.contains(key)) {
                String type = path.isEmpty() ? "config" : path.replaceAll("\\[[0-9]+\\]", "[*]");
                error(key, "field " + key + " not found in type " + type, Spelling.remedy(key, List.of(known)));
            }
        }
    }

    /**
     * Reports what makes the configuration unusable.
     *
     * @param key a key of this section, {@code list[2]} for an entry of a list, {@code ""} for the section itself
     * @param what what is wrong, in the original's words where it has some
     * @param remedy what to do
     */
    public void error(String key, String what, String remedy) {
        report(Severity.ERROR, key, what, remedy);
    }

    /** Reports what the original would only deny later. Under {@code deny-rule} loading goes on, and what was built must deny. */
    public void deferred(String key, String what, String remedy) {
        report(Severity.DEFERRED, key, what, remedy);
    }

    /** Reports what is ignored on purpose. */
    public void warning(String key, String what, String remedy) {
        report(Severity.WARNING, key, what, remedy);
    }

    private String required(String key, Optional<String> text) {
        if (text.isPresent() && !text.get().isEmpty()) {
            return text.get();
        }
        if (text.isPresent() || !has(key)) { // a wrong type is reported already
            String field = key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
            error(key, field + " is a required field", "Give " + key + " a value.");
        }
        return "";
    }

    private Optional<YamlValue> value(String key) {
        return Optional.ofNullable(mapping.entries().get(key))
                .map(Entry::value)
                .filter(value -> !(value instanceof Scalar scalar && scalar.isNull()));
    }

    private Optional<Scalar> scalar(String key, String wanted) {
        Optional<YamlValue> value = value(key);
        if (value.isPresent() && !(value.get() instanceof Scalar)) {
            wrongType(key, value.get(), wanted);
        }
        return value.filter(Scalar.class::isInstance).map(Scalar.class::cast);
    }

    private Optional<ConfigSection> asSection(String key, YamlValue value) {
        if (value instanceof Mapping section) {
            return Optional.of(new ConfigSection(problems, file, pathOf(key), section));
        }
        wrongType(key, value, "map");
        return Optional.empty();
    }

    private List<YamlValue> items(String key) {
        Optional<YamlValue> value = value(key);
        if (value.isPresent() && !(value.get() instanceof Sequence)) {
            wrongType(key, value.get(), "list");
        }
        return value.map(v -> v instanceof Sequence list ? list.items() : List.<YamlValue>of())
                .orElse(List.of());
    }

    private void wrongType(String key, YamlValue value, String wanted) {
        String shown = value instanceof Scalar scalar ? " " + Spelling.shown(scalar.text()) : "";
        String remedy = switch (wanted) {
            case "bool" -> "Write true or false.";
            case "int" -> "Write a whole number.";
            case "list" -> "Write a list: lines that begin with a dash.";
            case "map" -> "Write keys and values, one per line.";
            default -> "Write a text, in quotes if it looks like something else.";
        };
        error(key, "cannot unmarshal " + value.tag() + shown + " into " + wanted, remedy);
    }

    private void report(Severity severity, String key, String what, String remedy) {
        problems.add(new Problem(severity, file, pathOf(key), lineOf(key), what, remedy));
    }

    private String pathOf(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }

    private int lineOf(String key) {
        Entry entry = mapping.entries().get(key);
        if (entry != null) {
            return entry.line();
        }
        int bracket = key.endsWith("]") ? key.lastIndexOf('[') : -1;
        Entry list = bracket > 0 ? mapping.entries().get(key.substring(0, bracket)) : null;
        if (list == null) {
            return line();
        }
        int index = parseInteger(key.substring(bracket + 1, key.length() - 1))
                .map(BigInteger::intValue)
                .orElse(-1);
        return list.value() instanceof Sequence sequence
                        && index >= 0
                        && index < sequence.items().size()
                ? sequence.items().get(index).line()
                : list.line();
    }

    /** A leading zero is refused: the original reads such a number as octal, YAML 1.2 as decimal. */
    private static Optional<BigInteger> parseInteger(String text) {
        if (text.matches("[-+]?0[0-9]+")) {
            return Optional.empty();
        }
        boolean radix = text.startsWith("0x") || text.startsWith("0o");
        String digits = radix ? text.substring(2) : text;
        try {
            return Optional.of(new BigInteger(digits, radix ? (text.charAt(1) == 'x' ? 16 : 8) : 10));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
