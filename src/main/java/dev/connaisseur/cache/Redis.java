package dev.connaisseur.cache;

import dev.connaisseur.config.Settings;
import dev.connaisseur.http.TlsSockets;
import dev.connaisseur.http.TlsTrust;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.util.Pool;

/** A Redis, alone, behind sentinels or as a cluster: always TLS. Connects when it is asked first; each call may take seconds. */
final class Redis implements AutoCloseable {
    /** An entry is far shorter; of what somebody else has put there not more than this is fetched. */
    static final int LONGEST = 16 << 10;

    private static final int CONNECTIONS = 16;
    private static final int PATIENCE = 1000;

    private final Settings.Redis settings;
    private final JedisClientConfig config;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable UnifiedJedis client;
    private boolean closed;

    /** @param trust whose certificates are believed */
    Redis(Settings.Redis settings, TlsTrust trust) {
        this.settings = settings;
        this.config = config(settings, trust);
    }

    @SuppressWarnings("deprecation") // what takes their place reads trust from key store files only
    private static JedisClientConfig config(Settings.Redis settings, TlsTrust trust) {
        DefaultJedisClientConfig.Builder builder = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(PATIENCE)
                .socketTimeoutMillis(PATIENCE)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .ssl(true)
                .sslSocketFactory(new RedisSockets(TlsSockets.factory(trust)))
                .sslParameters(TlsSockets.parameters());
        if (!settings.user().isEmpty()) {
            builder.user(settings.user());
        }
        if (!settings.password().isEmpty()) {
            builder.password(settings.password());
        }
        return builder.build();
    }

    /** At most {@link #LONGEST} bytes of a value; none where there is nothing. */
    byte[] get(String name) {
        UnifiedJedis redis = client();
        try {
            return redis.getrange(bytes(name), 0, LONGEST - 1);
        } catch (JedisConnectionException e) {
            forgetConnections(redis);
            throw e;
        }
    }

    void put(String name, byte[] value, Duration life) {
        UnifiedJedis redis = client();
        try {
            redis.set(bytes(name), value, SetParams.setParams().px(Math.max(1, life.toMillis())));
        } catch (JedisConnectionException e) {
            forgetConnections(redis);
            throw e;
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private UnifiedJedis client() {
        lock.lock();
        try {
            if (closed) {
                throw new JedisConnectionException("closed");
            }
            if (client == null) {
                client = connect();
            }
            return client;
        } finally {
            lock.unlock();
        }
    }

    private UnifiedJedis connect() {
        Set<HostAndPort> nodes = settings.hosts().stream()
                .map(host -> HostAndPort.from(host.contains(":") ? host : host + ":" + settings.port()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMaxWait(Duration.ofMillis(PATIENCE));
        return switch (settings.mode()) {
            case SINGLE ->
                RedisClient.builder()
                        .hostAndPort(nodes.iterator().next())
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
            case SENTINEL ->
                RedisSentinelClient.builder()
                        .masterName(settings.master())
                        .sentinels(nodes)
                        .sentinelClientConfig(config)
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
            case CLUSTER ->
                RedisClusterClient.builder()
                        .nodes(nodes)
                        .maxAttempts(2)
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
        };
    }

    /** After a restart every connection is dead, not only the one that showed it. */
    private static void forgetConnections(UnifiedJedis redis) {
        List<Pool<Connection>> pools = switch (redis) {
            case RedisClient one -> List.of(one.getPool());
            case RedisSentinelClient watched -> pools(watched.getPrimaryNodesConnectionMap());
            case RedisClusterClient cluster ->
                List.copyOf(cluster.getClusterNodes().values());
            default -> List.of();
        };
        pools.forEach(Pool::clear);
    }

    private static List<Pool<Connection>> pools(Map<?, Pool<Connection>> byNode) {
        return List.copyOf(byNode.values());
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (client != null) {
                client.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
