package dev.connaisseur.validator.cosign;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.ValidatorFactory;
import java.time.InstantSource;

/** Makes validators of type {@code cosign}. */
public final class CosignFactory implements ValidatorFactory {
    private final RegistryClients registries;

    private final TrustRepositories repositories;

    private final InstantSource clock;

    public CosignFactory(RegistryClients registries, TrustRepositories repositories, InstantSource clock) {
        this.registries = registries;
        this.repositories = repositories;
        this.clock = clock;
    }

    @Override
    public String type() {
        return CosignValidator.TYPE;
    }

    @Override
    public Validator create(String name, ConfigSection section) {
        section.onlyKeys(
                "name",
                "type",
                "host",
                "trustRoots",
                "auth",
                "cert",
                "trustedRoot",
                "trustedRootFile",
                "trustedRootTuf");
        TrustRoots roots = TrustRoots.parse(name, section, TrustRoots.Material.KEY_OR_KEYLESS);
        SigstoreTrust sigstore = new SigstoreTrust(name, section, repositories);
        RegistryClient registry = registries.client(section, "invalid certificate for validator " + name);
        return new CosignValidator(name, roots, sigstore.read(), sigstore.rekor(), registry, clock);
    }
}
