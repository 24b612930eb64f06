package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.ImageList;
import dev.connaisseur.kubernetes.ImagePosition;
import dev.connaisseur.kubernetes.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which images a workload names, and in which of its containers and volumes. Containers are told apart by list and name, as Kubernetes
 * does, not by position.
 */
final class Places {
    private final Set<Place> places = new HashSet<>();
    private final Set<ImagePosition> asWritten = new HashSet<>();

    private Places() {}

    static Places of(Workload workload) {
        Places all = new Places();
        workload.images().forEach(p -> {
            all.places.add(Place.of(p));
            all.asWritten.add(anywhere(p));
        });
        return all;
    }

    /** Whether each of these images stands here too, letter by letter, in the container of the same list and name. */
    boolean holdAll(List<ImagePosition> positions) {
        return positions.stream().allMatch(p -> places.contains(Place.of(p)));
    }

    /** The same, where a node also fetches the image as it did: a tag may point elsewhere by now. */
    boolean holdAllAsTheyWere(List<ImagePosition> positions) {
        return positions.stream().allMatch(p -> asWritten.contains(anywhere(p)));
    }

    private static ImagePosition anywhere(ImagePosition p) {
        return new ImagePosition(p.list(), 0, p.name(), p.image(), p.pullPolicy(), "");
    }

    private record Place(ImageList list, String name, String image) {
        static Place of(ImagePosition position) {
            return new Place(position.list(), position.name(), position.image());
        }
    }
}
