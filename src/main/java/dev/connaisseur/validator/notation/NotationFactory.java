package dev.connaisseur.validator.notation;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.ValidatorFactory;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import java.time.InstantSource;

/** Makes validators of type {@code notation}. */
public final class NotationFactory implements ValidatorFactory {
    private final RegistryClients registries;
    private final RevocationChecks revocations;
    private final InstantSource clock;

    /** @param revocations shared by all generations */
    public NotationFactory(RegistryClients registries, RevocationChecks revocations, InstantSource clock) {
        this.registries = registries;
        this.revocations = revocations;
        this.clock = clock;
    }

    @Override
    public String type() {
        return NotationValidator.TYPE;
    }

    @Override
    public Validator create(String name, ConfigSection section) {
        section.onlyKeys("name", "type", "trustRoots", "auth", "cert");
        return new NotationValidator(
                name,
                TrustStores.parse(name, section),
                registries.client(section, "failed to parse certificate"),
                revocations,
                clock);
    }
}
