package dev.connaisseur.boot;

import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Directories;
import dev.connaisseur.http.RootFiles;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The directories that are mounted into the process, and how what changes in each of them is taken over: all of one part at once, and
 * only if all of it is valid.
 */
record MountedFiles(
        Settings settings,
        Engine engine,
        CurrentGeneration current,
        ServedCertificate served,
        Optional<OwnWebhooks> webhooks,
        StateMetrics state,
        InstantSource clock,
        AuditLog audit,
        ProcessLog log) {

    List<WatchedPart> parts() {
        Directories directories = settings.directories();
        return List.of(
                new WatchedPart(
                        "configuration",
                        List.of(directories.config(), directories.alerts(), directories.secrets()),
                        this::configuration),
                new WatchedPart("certificate", List.of(directories.certs()), settled -> certificate()),
                new WatchedPart("roots", List.of(settings.network().caDirectory()), settled -> roots()),
                new WatchedPart(
                        "redis",
                        List.of(directories.redisCerts(), settings.redis().keys()),
                        settled -> redis()));
    }

    private List<String> configuration(WatchedPart.Settled settled) {
        Problems problems = new Problems(settings.onProblem());
        Configuration next = engine.read(problems);
        if (problems.hasErrors() || !settled.check()) {
            next.close();
            return problems.hasErrors() ? texts(problems.errors()) : List.of("they were written while they were read");
        }
        problems.warnings().forEach(warning -> log.warning(warning.toString()));
        current.replaceBy(engine.generation(next));
        state.inForce(next);
        audit.inForce(next, clock.instant());
        log.info(
                "the configuration is in force",
                Map.of("fingerprint", next.fingerprint().hex()));
        return List.of();
    }

    /** A certificate that is gone is no reason to make one of our own. */
    private List<String> certificate() {
        Problems problems = new Problems(settings.onProblem());
        Optional<ServingCertificate> next =
                new CertificateFiles(settings.directories().certs(), true).read(clock, problems);
        next.ifPresent(certificate -> webhooks.ifPresent(own -> own.expect(certificate)));
        next.ifPresent(served::replaceBy);
        next.ifPresent(certificate -> state.serves(certificate.leaf()));
        return texts(problems.errors());
    }

    private List<String> roots() {
        List<String> mistakes = new ArrayList<>();
        Settings.Network network = settings.network();
        Set<X509Certificate> roots =
                RootFiles.read(network.caDirectory(), network.certFile(), network.certDirectories(), mistakes);
        if (mistakes.isEmpty()) {
            engine.believe(roots);
        }
        return mistakes;
    }

    private List<String> redis() {
        List<String> mistakes = new ArrayList<>();
        new RedisFiles(settings).connect(engine.shared(), mistakes);
        return mistakes;
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }
}
