package dev.connaisseur.admission;

import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.validator.RequestContext;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a rule demands to know about one image.
 *
 * @param key equal for equal questions
 * @param digest stands for the digest that the workload itself names, where it does
 * @param name the image without tag and digest
 * @param asker on whose behalf, and with whose credentials
 * @param side whose servers are asked
 * @param validator answers
 */
record Question(
        CacheKey key,
        Optional<CacheKey> digest,
        String name,
        RequestContext asker,
        String side,
        Function<RequestContext, Judgement> validator) {

    /**
     * The question whether an image satisfies a demand.
     *
     * @param asked the image, with the digest that another rule found, if one did
     * @param written the image as the workload names it
     */
    static Question of(
            String fingerprint,
            RequestContext asker,
            Demand demand,
            ImageReference asked,
            ImageReference written,
            Function<RequestContext, Judgement> validator) {
        PolicyRule rule = demand.rule();
        CacheKey key = new CacheKey(
                fingerprint,
                rule.index() + " " + rule.pattern() + " " + demand.validator().name(),
                demand.validator().scope(asker),
                asked.name());
        Optional<CacheKey> digest = written.digest().map(named -> key.of(written.context() + "@" + named));
        String side = demand.validator().name() + " " + asked.registry();
        return new Question(key, digest, asked.context(), asker, side, validator);
    }

    /** Stands for what was found about a digest, by whichever tag it was asked for. */
    CacheKey of(Digest found) {
        return key.of(name + "@" + found);
    }
}
