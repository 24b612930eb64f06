package dev.connaisseur.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sends what our rooms log to standard output, one JSON object per record, past the server's own log. Kept for the life of the
 * process: java.util.logging forgets a logger that nobody holds.
 */
final class ProcessLog {
    /** Above what java.util.logging knows: the process ends. */
    static final Level FATAL = new Fatal();

    private static final String OUR_ROOMS = "dev.connaisseur";

    private final Logger ours;

    private ProcessLog(Logger ours) {
        this.ours = ours;
    }

    /**
     * @param level {@code debug}, {@code info}, {@code warn}, {@code error} or {@code fatal} in any case; else {@code info}
     * @param format {@code json} for one line, anything else indents
     * @param dropped is run for every line that could not be written
     */
    static ProcessLog toStandardOutput(String level, String format, Runnable dropped) {
        return to(new FileOutputStream(FileDescriptor.out), level, format, dropped);
    }

    static ProcessLog to(OutputStream out, String level, String format, Runnable dropped) {
        Logger logger = Logger.getLogger(OUR_ROOMS);
        for (Handler old : logger.getHandlers()) {
            logger.removeHandler(old);
        }
        Handler handler = new LineHandler(out, dropped);
        handler.setFormatter(new JsonLogFormatter(!format.equalsIgnoreCase("json")));
        handler.setLevel(threshold(level)); // the server gives every logger a level of its own
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        logger.setLevel(threshold(level));
        return new ProcessLog(logger);
    }

    private static Level threshold(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case "debug" -> Level.FINE;
            case "warn", "warning" -> Level.WARNING;
            case "error" -> Level.SEVERE;
            case "fatal" -> FATAL;
            default -> Level.INFO;
        };
    }

    void info(String message) {
        ours.info(message);
    }

    /** A line with more members. */
    void info(String message, Map<String, String> members) {
        ours.log(Level.INFO, message, members);
    }

    void warning(String message) {
        ours.warning(message);
    }

    void fatal(String message) {
        ours.log(FATAL, message);
    }

    void fatal(String message, Throwable cause) {
        ours.log(FATAL, message, cause);
    }

    void error(String message) {
        ours.severe(message);
    }

    void error(String message, Throwable cause) {
        ours.log(Level.SEVERE, message, cause);
    }

    private static final class Fatal extends Level {
        private static final long serialVersionUID = 1L;

        Fatal() {
            super("FATAL", Level.SEVERE.intValue() + 100);
        }
    }

    /** Writes each record by one call, so that lines of two writers do not mix. A full disk costs the line and nothing else. */
    static final class LineHandler extends Handler {
        private static final Object ONE_LINE_AT_A_TIME = new Object();

        private final OutputStream out;
        private final Runnable dropped;

        LineHandler(OutputStream out, Runnable dropped) {
            this.out = out;
            this.dropped = dropped;
        }

        @Override
        public void publish(LogRecord line) {
            if (!isLoggable(line)) {
                return;
            }
            byte[] bytes = getFormatter().format(line).getBytes(StandardCharsets.UTF_8);
            try {
                synchronized (ONE_LINE_AT_A_TIME) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                dropped.run();
                reportError("standard output takes nothing", e, ErrorManager.WRITE_FAILURE);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
