package dev.connaisseur.cache;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.tuf.SeenRoles;
import dev.connaisseur.tuf.SeenRoles.Seen;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What any replica has seen of notaries' repositories; what this one has seen where the others cannot be reached. */
public final class SharedRollbackMemory implements RollbackMemory {
    private static final Limits LIMITS = new Limits(Redis.LONGEST, 4, Redis.LONGEST);

    private final RollbackMemory own;
    private final SharedLevel shared;
    private final InstantSource clock;

    public SharedRollbackMemory(RollbackMemory own, SharedLevel shared, InstantSource clock) {
        this.own = own;
        this.shared = shared;
        this.clock = clock;
    }

    @Override
    public SeenRoles seen(Repository repository) {
        return fetch(repository)
                .map(theirs -> SeenRoles.latest(theirs, own.seen(repository)))
                .orElseGet(() -> own.seen(repository));
    }

    @Override
    public void remember(Repository repository, SeenRoles newest) {
        own.remember(repository, newest);
        put(repository, seen(repository)); // what others saw meanwhile stays
    }

    @Override
    public int forget(String server, String name) {
        put(new Repository(server, name, ""), SeenRoles.NONE);
        return own.forget(server, name);
    }

    private void put(Repository repository, SeenRoles roles) {
        Instant now = clock.instant();
        Instant until = roles.roles().values().stream()
                .map(Seen::until)
                .max(Comparator.naturalOrder())
                .orElse(now.plus(Duration.ofDays(1)));
        shared.put(name(repository), json(repository, roles), Duration.between(now, until));
    }

    private Optional<SeenRoles> fetch(Repository repository) {
        return shared.get(name(repository), new Allowance()).flatMap(entry -> parse(repository, entry));
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
