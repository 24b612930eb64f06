package dev.connaisseur.cache;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.tuf.SeenRoles;
import dev.connaisseur.tuf.SeenRoles.Seen;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What any replica has seen of notaries' repositories; what this one has seen where the others cannot be reached. */
public final class SharedRollbackMemory implements RollbackMemory {
    private static final Limits LIMITS = new Limits(Redis.LONGEST, 4, Redis.LONGEST);

    private final LocalRollbackMemory own;
    private final SharedLevel shared;
    private final InstantSource clock;
    private volatile ForgottenTrust heard = ForgottenTrust.NOTHING;

    public SharedRollbackMemory(LocalRollbackMemory own, SharedLevel shared, InstantSource clock) {
        this.own = own;
        this.shared = shared;
        this.clock = clock;
    }

    @Override
    public SeenRoles seen(Repository repository) {
        return seen(repository, new Allowance());
    }

    private SeenRoles seen(Repository repository, Allowance allowance) {
        ForgottenTrust without = forgotten(allowance);
        Instant now = clock.instant();
        SeenRoles mine = without.left(repository, own.seen(repository), now);
        return fetch(repository, allowance)
                .map(theirs -> SeenRoles.latest(without.left(repository, theirs, now), mine))
                .orElse(mine);
    }

    @Override
    public void remember(Repository repository, SeenRoles newest) {
        own.remember(repository, newest);
        Allowance allowance = new Allowance();
        SeenRoles all = seen(repository, allowance);
        if (allowance.left().isPositive()) { // else what others saw is not known, and stays
            put(repository, all);
        }
    }

    /**
     * Has every replica forget what was seen until now, once it looks.
     *
     * @param what more than a few are refused: whole servers are one
     * @param longest how long anything is remembered at all
     * @throws IOException if the replicas could not be told, saying why
     */
    public void forget(List<Forgotten> what, Duration longest) throws IOException {
        shared.update(
                ForgottenTrust.NAME,
                entry -> {
                    ForgottenTrust all = entry.flatMap(ForgottenTrust::parse)
                            .orElse(ForgottenTrust.NOTHING)
                            .since(clock.instant().minus(longest));
                    for (Forgotten one : what) {
                        all = all.with(one);
                    }
                    if (all.all().size() > ForgottenTrust.MOST) {
                        throw new IOException("not more than " + ForgottenTrust.MOST
                                + " repositories can be forgotten one by one: forget all of a server");
                    }
                    return all.toJson();
                },
                longest);
    }

    /** What shall not count; as it was heard last where nobody can be asked. */
    private ForgottenTrust forgotten(Allowance allowance) {
        Optional<ForgottenTrust> fetched =
                shared.get(ForgottenTrust.NAME, allowance).flatMap(ForgottenTrust::parse);
        if (fetched.isPresent() && !fetched.get().equals(heard)) {
            heard = fetched.get();
            heard.all().stream()
                    .filter(one -> !one.until().isAfter(clock.instant()))
                    .forEach(own::forget); // should Redis lose it, this process does not remember again
        }
        return heard;
    }

    private void put(Repository repository, SeenRoles roles) {
        Instant now = clock.instant();
        Instant until = roles.roles().values().stream()
                .map(Seen::until)
                .max(Comparator.naturalOrder())
                .orElse(now.plus(Duration.ofDays(1)));
        shared.put(name(repository), () -> json(repository, roles), Duration.between(now, until));
    }

    private Optional<SeenRoles> fetch(Repository repository, Allowance allowance) {
        return shared.get(name(repository), allowance).flatMap(entry -> parse(repository, entry));
    }

    /** Whoever pins another root starts afresh, so the pins stand inside. */
    private static String name(Repository repository) {
        return "roles:" + CacheKey.hash(repository.server(), repository.name());
    }

    private static byte[] json(Repository repository, SeenRoles seen) {
        JsonObjectBuilder roles = Json.createObjectBuilder();
        seen.roles()
                .forEach((role, one) -> roles.add(
                        role.text(),
                        Json.createObjectBuilder()
                                .add("version", one.version())
                                .add("keys", one.keys())
                                .add("at", one.at().toString())
                                .add("until", one.until().toString())));
        return Json.createObjectBuilder()
                .add("pins", repository.pins())
                .add("roles", roles)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<SeenRoles> parse(Repository repository, byte[] entry) {
        try {
            JsonObject json = StrictJson.parseObject(entry, LIMITS);
            if (!json.getString("pins", "").equals(repository.pins())) {
                return Optional.empty();
            }
            Map<RoleName, Seen> roles = new HashMap<>();
            for (Map.Entry<String, JsonValue> role : json.getOrDefault("roles", JsonValue.EMPTY_JSON_OBJECT)
                    .asJsonObject()
                    .entrySet()) {
                JsonObject one = role.getValue().asJsonObject();
                roles.put(
                        new RoleName(role.getKey()),
                        new Seen(
                                one.getJsonNumber("version").longValueExact(),
                                one.getString("keys"),
                                Instant.parse(one.getString("at")),
                                Instant.parse(one.getString("until"))));
            }
            return Optional.of(new SeenRoles(roles));
        } catch (MalformedJsonException
                | ClassCastException
                | ArithmeticException
                | DateTimeException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
