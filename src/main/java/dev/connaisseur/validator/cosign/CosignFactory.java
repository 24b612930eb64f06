package dev.connaisseur.validator.cosign;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.ValidatorFactory;
import java.time.InstantSource;

/** Makes validators of type {@code cosign}. */
public final class CosignFactory implements ValidatorFactory {
    private final RegistryClients registries;

    private final InstantSource clock;

    public CosignFactory(RegistryClients registries, InstantSource clock) {
        this.registries = registries;
        this.clock = clock;
    }

    @Override
    public String type() {
        return CosignValidator.TYPE;
    }

    @Override
    public Validator create(String name, ConfigSection section) {
        section.onlyKeys("name", "type", "host", "trustRoots", "auth", "cert", "trustedRoot", "trustedRootFile");
        TrustRoots roots = TrustRoots.parse(name, section, TrustRoots.Material.KEY_OR_KEYLESS);
        TrustedRoot trusted = new SigstoreTrust(name, section).read().orElse(TrustedRoot.NOBODY);
        RegistryClient registry = registries.client(section, "invalid certificate for validator " + name);
        return new CosignValidator(name, roots, trusted, registry, clock);
    }
}
