package dev.connaisseur.cluster;

import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The certificate that the controller of a release serves, and whom the API server believes. */
final class ServedSecret {
    private static final String SECRET = "/api/v1/namespaces/connaisseur/secrets/connaisseur-tls";

    private ServedSecret() {}

    /** Puts a certificate of another authority into the Secret. */
    static void replaceBy(TestAuthority authority, ControlPlane plane, Path directory) {
        try {
            Path pair = Files.createTempDirectory(directory, "pair");
            authority.writePair(pair, "connaisseur-svc.connaisseur.svc");
            plane.api().patch(SECRET, """
                    {"data": {"tls.crt": "%s", "tls.key": "%s", "ca.crt": "%s"}}""".formatted(
                            encoded(Files.readString(pair.resolve("tls.crt"))),
                            encoded(Files.readString(pair.resolve("tls.key"))),
                            encoded(authority.pem())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The authority that stands in the Secret, in PEM. */
    static String authority(Kubectl kubectl) {
        return decoded(
                kubectl.run("-n", "connaisseur", "get", "secret", "connaisseur-tls", "-o", "jsonpath={.data.ca\\.crt}")
                        .done());
    }

    /** Whom the API server believes, in PEM. */
    static String believed(Kubectl kubectl) {
        return decoded(kubectl.run(
                        "get",
                        "mutatingwebhookconfiguration",
                        "connaisseur-webhook",
                        "-o",
                        "jsonpath={.webhooks[0].clientConfig.caBundle}")
                .done());
    }

    /** Lets the API server believe these certificates, as an administrator does. */
    static void believe(String pem, Kubectl kubectl) {
        kubectl.run(
                        "patch",
                        "mutatingwebhookconfiguration",
                        "connaisseur-webhook",
                        "--type=json",
                        "--patch=[{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/caBundle\", \"value\": \""
                                + encoded(pem) + "\"}]")
                .done();
    }

    /** Where the controller listens, once there is only one pod of it. */
    static String address(Kubectl kubectl) {
        Until.within(Until.AMPLE, "one pod", () -> !addresses(kubectl).contains(" "));
        return addresses(kubectl);
    }

    /** Where the controllers listen, between blanks. */
    static String addresses(Kubectl kubectl) {
        return kubectl.run(
                        "-n",
                        "connaisseur",
                        "get",
                        "pods",
                        "-l",
                        "app.kubernetes.io/name=connaisseur,app.kubernetes.io/instance=connaisseur",
                        "-o",
                        "jsonpath={.items[*].status.podIP}")
                .done();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
