package dev.connaisseur.validator;

import dev.connaisseur.config.ConfigSection;

/** Makes the validators of one type. A new type is a new package with one of these. */
public interface ValidatorFactory {
    String type();

    /**
     * Reads one entry of {@code validators}. Mistakes are reported to the section (with path and line), all of them, and never
     * thrown; what is returned after an error is never asked.
     *
     * @param name the entry's {@code name}
     */
    Validator create(String name, ConfigSection section);
}
