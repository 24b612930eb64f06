package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.config.Settings;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.ServerClient;
import dev.connaisseur.tuf.BaseRoles;
import dev.connaisseur.tuf.MetaFile.Comparison;
import dev.connaisseur.tuf.MetadataException;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.RoleVersion;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.tuf.SeenRoles;
import dev.connaisseur.tuf.TrustedRoles;
import dev.connaisseur.tuf.TrustedTargets;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Stage;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Admits the digest that a notary server's verified role files give for an image. */
public final class NotaryV1Validator implements Validator {
    static final String TYPE = "notaryv1";

    private static final String VALIDATING = "error validating trust data: ";
    private static final int CACHED_BYTES = 4 << 20;

    private final String name;
    private final ServerClient server;
    private final PinnedRoots roots;
    private final RollbackMemory memory;
    private final Settings.NotaryV1 settings;
    private final InstantSource clock;
    private final FileCache cache = new FileCache(CACHED_BYTES);

    NotaryV1Validator(
            String name,
            ServerClient server,
            PinnedRoots roots,
            RollbackMemory memory,
            Settings.NotaryV1 settings,
            InstantSource clock) {
        this.name = name;
        this.server = server;
        this.roots = roots;
        this.memory = memory;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public List<Expiry> expiries() {
        List<Expiry> expiries = new ArrayList<>();
        cache.expiries().forEach((role, at) -> {
            if (!role.isDelegation()) { // a stranger's words are no label
                expiries.add(new Expiry("notary-role", name + "/" + role.text(), at));
            }
        });
        return List.copyOf(expiries);
    }

    @Override
    public List<RuleProblem> check(RuleOptions options) {
        return roots.check(options);
    }

    @Override
    public Verdict validate(ImageReference image, RuleOptions options, RequestContext context) {
        PinnedRoots.Selection pinned = roots.select(options.trustRoot());
        try {
            return verdict(image, options, context, pinned);
        } catch (NotaryException e) {
            context.trail().looked("role files", String.join(", ", pinned.names()), String.valueOf(e.getMessage()));
            throw e.refusal();
        }
    }

    private Comparison comparison() {
        return settings.compareLengths() ? Comparison.EVERYTHING : Comparison.HASHES_ONLY;
    }

    private Verdict verdict(
            ImageReference image, RuleOptions options, RequestContext context, PinnedRoots.Selection pinned) {
        Attempt attempt = new Attempt(image, options, context, pinned);
        try {
            return attempt.run();
        } catch (NotaryException e) {
            if (attempt.overtaken(e)) {
                return new Attempt(image, options, context, pinned).run();
            }
            throw e;
        }
    }

    /** The repository's name on a notary server: Docker Hub is {@code docker.io} there. */
    public static String repository(ImageReference image) {
        String context = image.context();
        return context.startsWith(ImageReference.DOCKER_HUB) ? context.substring("index.".length()) : context;
    }

    /** One walk from the role files to a digest. */
    private final class Attempt {
        private final ImageReference image;
        private final RuleOptions options;
        private final Trail trail;
        private final PinnedRoots.Selection pinned;
        private final String repository;
        private final RoleFiles files;
        private final RollbackMemory.Repository remembered;
        private final Instant now = clock.instant();
        private final SeenRoles before;

        Attempt(ImageReference image, RuleOptions options, RequestContext context, PinnedRoots.Selection pinned) {
            this.image = image;
            this.options = options;
            this.pinned = pinned;
            this.trail = context.trail();
            this.repository = repository(image);
            this.files = new RoleFiles(new NotaryServer(server, repository, context.deadline()), cache.get(repository));
            this.remembered = new RollbackMemory.Repository(server.address(), repository, pinned.fingerprint());
            this.before = memory.seen(remembered);
        }

        /** Whether somebody may have published while we read: files of two generations, or newer ones that another admission saw. */
        boolean overtaken(NotaryException refusal) {
            return !files.areFitting()
                    || (refusal.reason() == Reason.ROLLBACK
                            && !memory.seen(remembered).equals(before));
        }

        Verdict run() {
            trail.begin(Stage.ROLES);
            BaseRoles base = files.base();
            TrustedRoles trusted = trusted(base);
            trail.begin(Stage.DELEGATIONS);
            List<TrustedTargets> searched = new Delegations(name, options.delegations()).of(trusted, files);
            checkRollback(trusted, searched);
            cache.put(repository, files.toStore(base.snapshot()));
            Digest digest = digest(searched);
            searched.forEach(
                    role -> trail.looked("role " + role.role(), String.join(", ", pinned.names()), "signs " + digest));
            return new Verdict.Signed(digest, pinned.names());
        }

        private TrustedRoles trusted(BaseRoles base) {
            try {
                return TrustedRoles.verify(base, pinned.keys(), files::olderRoot, now, comparison());
            } catch (MetadataException e) {
                throw NotaryException.of(e).during(VALIDATING);
            } catch (NotaryException e) {
                throw e.during(VALIDATING);
            }
        }

        private void checkRollback(TrustedRoles trusted, List<TrustedTargets> searched) {
            if (!settings.rollbackMemory().isPositive()) {
                return;
            }
            Map<RoleName, RoleVersion> offered = trusted.versions(searched);
            SeenRoles seen = memory.seen(remembered).at(now);
            try {
                seen.check(trusted, offered);
            } catch (MetadataException e) {
                throw NotaryException.of(e).during(VALIDATING);
            }
            memory.remember(remembered, seen.with(offered, now, settings.rollbackMemory()));
        }

        private Digest digest(List<TrustedTargets> searched) {
            Set<Digest> found = new LinkedHashSet<>();
            searched.forEach(targets -> found.add(digest(targets)));
            if (found.size() != 1) {
                throw new NotaryException(
                        Reason.AMBIGUOUS,
                        "validator " + name + " found " + found.size() + " digests for image "
                                + image.digest()
                                        .map(Digest::toString)
                                        .or(image::tag)
                                        .orElse("") + ", expected 1");
            }
            return found.iterator().next();
        }

        private Digest digest(TrustedTargets targets) {
            Optional<String> tag = image.tag();
            Optional<Digest> given = image.digest();
            if (tag.isEmpty()) {
                return given.filter(digest -> targets.signs(digest.hex()))
                        .orElseThrow(() ->
                                missing("digest", given.map(Digest::toString).orElse(""), targets, ""));
            }
            Digest signed = targets.sha256(tag.get())
                    .map(Digest::new)
                    .orElseThrow(() -> missing("tag", tag.get(), targets, uncovered(tag.get(), targets)));
            if (given.isPresent() && !given.get().equals(signed)) {
                throw new NotaryException(
                        Reason.OTHER_IMAGE,
                        "digest " + signed + " resolved for tag " + tag.get() + " doesn't match given digest "
                                + given.get());
            }
            return signed;
        }

        private NotaryException missing(String kind, String value, TrustedTargets targets, String cause) {
            String where = targets.role().isDelegation() ? " of delegation " + targets.role() : "";
            return new NotaryException(
                    options.delegations().isEmpty() ? Reason.NO_SIGNATURE : Reason.REQUIRED_SIGNER,
                    "validated targets don't contain reference: no " + kind + " '" + value + "' found in targets"
                            + where + cause);
        }

        private static String uncovered(String tag, TrustedTargets targets) {
            return targets.covers(tag) ? "" : ", which may sign only names that begin with one of " + targets.paths();
        }
    }
}
