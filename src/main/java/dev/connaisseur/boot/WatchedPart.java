package dev.connaisseur.boot;

import java.nio.file.Path;
import java.util.List;

/**
 * Files that belong together and what to do when they changed.
 *
 * @param name log lines and metrics call it so
 */
record WatchedPart(String name, List<Path> directories, Change change) {
    WatchedPart {
        directories = List.copyOf(directories);
    }

    /** Puts what the files say now in force, in one step, or leaves everything as it was. */
    interface Change {
        /**
         * Reads, checks, switches.
         *
         * @param settled whether the files are still those that were there at the beginning; asked after reading
         * @return what is wrong; empty if the new state is in force
         */
        List<String> apply(Settled settled);
    }

    /** Whether nobody wrote while somebody read. */
    interface Settled {
        boolean check();
    }

    FileStamp stamp() {
        return FileStamp.of(directories);
    }
}
