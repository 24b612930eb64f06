package dev.connaisseur.alert;

/** A receiver was not told. The message is one printable line without addresses and without what the receiver answered. */
final class AlertException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AlertException(String message) {
        super(message);
    }
}
