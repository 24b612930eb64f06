package dev.connaisseur.kubernetes;

import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Set;

/**
 * What the API server asks. The objects are kept as they came; {@link Workload} reads them.
 *
 * @param phase when it is asked
 * @param apiVersion {@code admission.k8s.io/v1} or {@code v1beta1}; the answer carries the same
 * @param uid names this request; the answer carries the same
 * @param kind what the object is: it alone decides how the object is read
 * @param namespace empty for cluster-wide objects
 * @param name the object's name in the request, empty where the API server makes one up
 * @param operation {@code CREATE}, {@code UPDATE} …
 * @param subResource e.g. {@code ephemeralcontainers}, mostly empty
 * @param dryRun nothing will be stored: no side effects are allowed
 * @param object the new object, {@link JsonValue#NULL} where there is none
 * @param oldObject what is stored now, {@link JsonValue#NULL} where there is none
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request">the API</a>
 */
public record AdmissionReview(
        AdmissionPhase phase,
        String apiVersion,
        String uid,
        KindRef kind,
        String namespace,
        String name,
        String operation,
        String subResource,
        boolean dryRun,
        JsonValue object,
        JsonValue oldObject) {

    public static final String KIND = "AdmissionReview";
    private static final Set<String> VERSIONS = Set.of("admission.k8s.io/v1", "admission.k8s.io/v1beta1");

    /** Longer than anything that Kubernetes allows in these members; they are repeated in answers and logs. */
    private static final int MAX_TEXT = 512;

    /** Reads the body of a request of the mutating phase. */
    public static AdmissionReview parse(byte[] body) {
        return parse(body, AdmissionPhase.MUTATING);
    }

    /**
     * Reads the body of a request.
     *
     * @param phase which only the door tells at which it came
     * @throws MalformedReviewException if it is no AdmissionReview with a request
     */
    public static AdmissionReview parse(byte[] body, AdmissionPhase phase) {
        if (body.length == 0) {
            throw MalformedReviewException.invalidJson("the body is empty");
        }
        try {
            return switch (StrictJson.parse(body)) {
                case JsonObject review -> read(new Fields(review), phase);
                case JsonValue v when Fields.isNull(v) -> throw MalformedReviewException.emptyRequest();
                default -> throw MalformedReviewException.invalidJson("the JSON is not an object");
            };
        } catch (MalformedJsonException | Fields.WrongTypeException e) {
            throw MalformedReviewException.invalidJson(String.valueOf(e.getMessage()));
        }
    }

    private static AdmissionReview read(Fields review, AdmissionPhase phase) {
        Fields request = review.object("request").orElseThrow(MalformedReviewException::emptyRequest);
        String apiVersion = review.string("apiVersion");
        if (!review.string("kind").equals(KIND) || !VERSIONS.contains(apiVersion)) {
            throw MalformedReviewException.invalidJson("not an AdmissionReview of admission.k8s.io/v1 or v1beta1");
        }
        Fields kind = request.object("kind").orElse(Fields.NONE);
        return new AdmissionReview(
                phase,
                apiVersion,
                text(request, "uid"),
                new KindRef(text(kind, "group"), text(kind, "version"), text(kind, "kind")),
                text(request, "namespace"),
                text(request, "name"),
                text(request, "operation"),
                text(request, "subResource"),
                request.bool("dryRun"),
                request.value("object"),
                request.value("oldObject"));
    }

    private static String text(Fields fields, String member) {
        String text = fields.string(member);
        if (text.length() > MAX_TEXT) {
            throw MalformedReviewException.invalidJson(
                    "member \"" + member + "\" is longer than " + MAX_TEXT + " characters");
        }
        return text;
    }

    /** The object's name for people: of the request, else of the object, else what the API server is to make a name from. */
    public String subject() {
        if (!name.isEmpty() || !(object instanceof JsonObject json)) {
            return name;
        }
        try {
            Fields metadata = new Fields(json).object("metadata").orElse(Fields.NONE);
            String own = metadata.string("name");
            return own.isEmpty() ? metadata.string("generateName") : own;
        } catch (Fields.WrongTypeException e) {
            return "";
        }
    }

    /** Whether nobody changes the object any more. */
    public boolean isFinal() {
        return phase == AdmissionPhase.VALIDATING;
    }

    public boolean isUpdate() {
        return operation.equals("UPDATE");
    }
}
