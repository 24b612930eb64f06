package dev.connaisseur.tuf;

import java.util.LinkedHashMap;
import java.util.Map;

/** A memory inside this process. It begins empty, and forgets the repositories that were not asked for longest. */
public final class LocalRollbackMemory implements RollbackMemory {
    private final int most;
    private final Map<Repository, SeenRoles> newest = new LinkedHashMap<>(16, 0.75f, true);

    /** @param most how many repositories are remembered */
    public LocalRollbackMemory(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a memory holds at least one repository");
        }
        this.most = most;
    }

    @Override
    public synchronized SeenRoles seen(Repository repository) {
        return newest.getOrDefault(repository, SeenRoles.NONE);
    }

    @Override
    public synchronized void remember(Repository repository, SeenRoles seen) {
        newest.merge(repository, seen, SeenRoles::newer);
        if (newest.size() > most) {
            newest.remove(newest.keySet().iterator().next());
        }
    }

    @Override
    public synchronized int forget(String server, String name) {
        int before = newest.size();
        newest.keySet()
                .removeIf(repository ->
                        repository.server().equals(server) && repository.name().equals(name));
        return before - newest.size();
    }
}
