package dev.connaisseur.config;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;

/** Stops a document that nests too deep before the recursive composer sees it: a stack overflow is no error message. */
final class BoundedParser implements Parser {
    private final Parser parser;
    private final int maxDepth;
    private int depth;

    BoundedParser(Parser parser, int maxDepth) {
        this.parser = parser;
        this.maxDepth = maxDepth;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
        return parser.hasNext();
    }

    @Override
    public Event next() {
        Event event = parser.next();
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> depth++;
            case MappingEnd, SequenceEnd -> depth--;
            default -> {
                return event;
            }
        }
        if (depth > maxDepth) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new TooDeepException("line " + line + ": nested deeper than " + maxDepth + " levels", line);
        }
        return event;
    }

    /** The engine's own exceptions with a mark cannot be made from here. */
    static final class TooDeepException extends YamlEngineException {
        private static final long serialVersionUID = 1L;
        private final int line;

        TooDeepException(String message, int line) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }
}
