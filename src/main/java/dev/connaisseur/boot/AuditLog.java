package dev.connaisseur.boot;

import dev.connaisseur.admission.DecisionRecord;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The logger {@code audit}: one line of JSON per decision, and one per configuration that comes into force. Nothing is left out,
 * whatever {@code LOG_LEVEL} and {@code LOG_FORMAT} say.
 */
final class AuditLog {
    static final String NAME = "audit";

    private final Logger logger;

    private AuditLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * @param dropped is run for every line that could not be written
     */
    static AuditLog toStandardOutput(Runnable dropped) {
        return to(new FileOutputStream(FileDescriptor.out), dropped);
    }

    static AuditLog to(OutputStream out, Runnable dropped) {
        Logger logger = Logger.getLogger(NAME);
        for (Handler old : logger.getHandlers()) {
            logger.removeHandler(old);
        }
        Handler handler = new ProcessLog.LineHandler(out, dropped);
        handler.setFormatter(new Verbatim());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        return new AuditLog(logger);
    }

    void decided(DecisionRecord decision) {
        logger.info(decision.toJson());
    }

    void inForce(Configuration configuration, Instant now) {
        logger.info(ConfigurationRecord.of(configuration, now).toJson());
    }

    private static final class Verbatim extends Formatter {
        @Override
        public String format(LogRecord line) {
            return line.getMessage() + "\n";
        }
    }
}
