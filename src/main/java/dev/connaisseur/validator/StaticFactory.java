package dev.connaisseur.validator;

import dev.connaisseur.config.ConfigSection;

/** Makes validators of type {@code static}. */
public final class StaticFactory implements ValidatorFactory {
    @Override
    public String type() {
        return StaticValidator.TYPE;
    }

    @Override
    public Validator create(String name, ConfigSection section) {
        section.onlyKeys("name", "type", "approve");
        return new StaticValidator(name, section.bool("approve").orElse(false));
    }
}
