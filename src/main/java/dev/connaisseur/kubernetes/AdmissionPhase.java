package dev.connaisseur.kubernetes;

/**
 * The two times at which the API server asks about an object.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#admission-control-phases">the phases</a>
 */
public enum AdmissionPhase {
    /** While others may change the object still, and we may. */
    MUTATING("mutating"),
    /** The object is as it will be stored; answers must not change it. */
    VALIDATING("validating");

    private final String written;

    AdmissionPhase(String written) {
        this.written = written;
    }

    /** As evidence names it. */
    public String written() {
        return written;
    }
}
