package dev.connaisseur.tuf;

import java.util.LinkedHashMap;
import java.util.List;
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

    /** Forgets what was seen until then; returns of how many repositories something was. */
    public synchronized int forget(Forgotten forgotten) {
        List<Repository> changed = newest.entrySet().stream()
                .filter(known -> forgotten.covers(known.getKey()))
                .filter(known -> !known.getValue().after(forgotten.until()).equals(known.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        changed.forEach(repository -> newest.computeIfPresent(repository, (key, seen) -> {
            SeenRoles left = seen.after(forgotten.until());
            return left.roles().isEmpty() ? null : left;
        }));
        return changed.size();
    }
}
