package dev.connaisseur.validator.cosign;

import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.keys.KeySources;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.ValidatorFactory;
import java.time.InstantSource;

/** Makes validators of type {@code cosign}. */
public final class CosignFactory implements ValidatorFactory {
    private final RegistryClients registries;
    private final TrustRepositories repositories;
    private final KeySources keys;
    private final SigstoreVariables variables;
    private final InstantSource clock;

    public CosignFactory(
            RegistryClients registries, TrustRepositories repositories, KeySources keys, Surroundings surroundings) {
        this.registries = registries;
        this.repositories = repositories;
        this.keys = keys;
        this.variables = new SigstoreVariables(surroundings);
        this.clock = surroundings.clock();
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
        SigstoreTrust sigstore = new SigstoreTrust(name, section, repositories, variables);
        RegistryClient registry = registries.client(section, "invalid certificate for validator " + name);
        variables.report(section);
        reportUnreadable(name, section, roots);
        return new CosignValidator(
                name, roots, new ReferencedKeys(keys), sigstore.read(), sigstore.rekor(), registry, clock);
    }

    /** What is kept on this machine can be looked at now. */
    private void reportUnreadable(String name, ConfigSection section, TrustRoots roots) {
        for (ConfigSection entry : section.sections("trustRoots")) {
            entry.string("name")
                    .flatMap(roots::named)
                    .filter(TrustRoot.Referenced.class::isInstance)
                    .flatMap(root -> keys.trouble(((TrustRoot.Referenced) root).reference())
                            .map(why -> "the key of trust root " + root.name() + " of validator " + name
                                    + " cannot be used: " + why))
                    .ifPresent(what -> entry.deferred(
                            "key", what, "Put one PEM block PUBLIC KEY there, or write it here instead."));
        }
    }
}
