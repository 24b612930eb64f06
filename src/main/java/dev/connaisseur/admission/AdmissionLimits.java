package dev.connaisseur.admission;

/**
 * How much one request, and all of them together, may cause.
 *
 * @param images different images that one request may name; more are denied unseen
 * @param perRequest images of one request that are verified at the same time
 * @param together images that are verified at the same time in the whole process; those of one registry get half of them
 */
public record AdmissionLimits(int images, int perRequest, int together) {
    public static final AdmissionLimits DEFAULT = new AdmissionLimits(256, 16, 128);

    public AdmissionLimits {
        if (images < 1 || perRequest < 1 || together < 1) {
            throw new IllegalArgumentException("limits are positive");
        }
    }
}
