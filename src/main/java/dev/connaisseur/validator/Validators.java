package dev.connaisseur.validator;

import dev.connaisseur.config.ConfigSection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The validators of one configuration, by name. */
public final class Validators implements AutoCloseable {
    /** The validator of a rule that names none. */
    public static final String DEFAULT = "default";

    private final Map<String, Validator> byName;

    private Validators(Map<String, Validator> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** Reads the entries of {@code validators} and reports to each whatever is wrong with it. */
    public static Validators parse(List<ConfigSection> entries, List<ValidatorFactory> factories) {
        Map<String, ValidatorFactory> byType = factories.stream()
                .collect(Collectors.toMap(
                        ValidatorFactory::type, Function.identity(), Validators::onePerType, LinkedHashMap::new));
        Map<String, Validator> byName = new LinkedHashMap<>();
        for (ConfigSection entry : entries) {
            String name = name(entry);
            Optional<ValidatorFactory> factory = factory(entry, byType);
            if (factory.isEmpty()) {
                continue;
            }
            // The loser of two equal names is made all the same, so that its mistakes are reported.
            Validator validator = factory.get().create(name, entry);
            if (byName.putIfAbsent(name, validator) != null) {
                validator.close();
                if (!name.isEmpty()) {
                    entry.warning(
                            "name",
                            "another validator is called " + name + " already",
                            "The first one is used: rename or remove this one.");
                }
            }
        }
        return new Validators(byName);
    }

    /** The validator that a rule means; an empty name means {@value #DEFAULT}. */
    public Optional<Validator> named(String name) {
        return Optional.ofNullable(byName.get(name.isEmpty() ? DEFAULT : name));
    }

    /** All of them, in configured order. */
    public List<Validator> all() {
        return List.copyOf(byName.values());
    }

    /** Tells all of them that they are in force. */
    public void begin() {
        byName.values().forEach(Validator::begin);
    }

    @Override
    public void close() {
        byName.values().forEach(Validator::close);
    }

    private static String name(ConfigSection entry) {
        if (!entry.has("name")) {
            entry.error("", "validator is missing a name", "Give it a name for policy rules to use.");
            return "";
        }
        return entry.requiredStrictString("name");
    }

    private static Optional<ValidatorFactory> factory(ConfigSection entry, Map<String, ValidatorFactory> byType) {
        if (!entry.has("type")) {
            entry.error("", "validator is missing a type", "Known types are " + known(byType) + ".");
            return Optional.empty();
        }
        Optional<String> type = entry.strictString("type");
        Optional<ValidatorFactory> factory = type.map(byType::get);
        if (type.isPresent() && factory.isEmpty()) {
            entry.error(
                    "type",
                    "unsupported type \"" + type.get() + "\" for validator",
                    "Known types are " + known(byType) + ".");
        }
        return factory;
    }

    private static String known(Map<String, ValidatorFactory> byType) {
        return String.join(", ", byType.keySet());
    }

    private static ValidatorFactory onePerType(ValidatorFactory one, ValidatorFactory other) {
        throw new IllegalArgumentException("two factories for type " + one.type());
    }
}
