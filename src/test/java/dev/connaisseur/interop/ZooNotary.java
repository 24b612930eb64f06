package dev.connaisseur.interop;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.Zoo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The zoo's Notary v1 repositories, signed anew, because a server that goes by the real time would find them expired one day: the
 * same names and digests under the same roles. Also a program, for a notary server where this process has no way to.
 */
final class ZooNotary {
    private final Map<String, NotaryRepository> repositories = new TreeMap<>();

    private ZooNotary() {
        for (String name : ZooStore.NOTARY) {
            NotaryRepository repository = NotaryRepository.create();
            NotaryFixture.read(Zoo.DIRECTORY.resolve("notary").resolve(name)).forEach((role, file) -> {
                if (role.startsWith("targets")) {
                    signAnew(repository, role, file);
                }
            });
            repositories.put(name, repository);
        }
    }

    private static void signAnew(NotaryRepository repository, String role, byte[] file) {
        if (role.contains("/")) {
            repository.delegation(role, NotaryKey.ecdsaX509());
        }
        var targets = StrictJson.parseObject(file).getJsonObject("signed").getJsonObject("targets");
        for (String target : targets.keySet()) {
            String hash = targets.getJsonObject(target).getJsonObject("hashes").getString("sha256");
            repository.target(
                    role,
                    target,
                    new Digest(HexFormat.of().formatHex(Base64.getDecoder().decode(hash))));
        }
    }

    static ZooNotary signedAnew() {
        return new ZooNotary();
    }

    /** Publishes what the rows ask for at an image's host. */
    ZooNotary publish(NotaryFixture server, String host) {
        for (ZooStore.Asked asked : ZooStore.rows()) {
            NotaryRepository repository = repositories.get(asked.row().rule().validator());
            if (repository != null) {
                server.put(host + "/" + asked.image().replaceFirst("[:@].*", ""), repository.publish());
            }
        }
        return this;
    }

    /** A validator for each repository; the root keys of the others are there by their names in the zoo. */
    String validators(String address, TestAuthority authority) {
        StringBuilder text = new StringBuilder();
        repositories.forEach((name, repository) -> {
            text.append("- name: %s\n  type: notaryv1\n  host: %s\n  cert: |\n%s  trustRoots:\n"
                    .formatted(name, address, authority.pem().indent(4)));
            text.append(root("default", repository));
            repositories.forEach((other, its) -> text.append(root(other + "-root", its)));
        });
        return text.toString();
    }

    private static String root(String name, NotaryRepository repository) {
        return "  - name: %s\n    key: |\n%s"
                .formatted(name, repository.key("root").pem().indent(6));
    }

    /** What to run, after {@code java}: serves at address and port, under a name, what is asked of it for an image's host. */
    static String[] program(String address, int port, String name, String host, Path validators) {
        return new String[] {
            "-cp",
            System.getProperty("java.class.path"),
            ZooNotary.class.getName(),
            address,
            Integer.toString(port),
            name,
            host,
            validators.toString()
        };
    }

    /** Tells in a file by which validators it is to be asked, once it can be. Ends when nobody holds its input any more. */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[1]);
        TestAuthority authority = TestAuthority.create("notary");
        try (NotaryFixture server = NotaryFixture.open(
                new InetSocketAddress(arguments[0], port), authority.serverNamed(arguments[2]), RegistryAuth.none())) {
            String validators = signedAnew()
                    .publish(server, arguments[3])
                    .validators("https://" + arguments[2] + ":" + port, authority);
            Path file = Path.of(arguments[4]);
            Path whole = Files.writeString(file.resolveSibling("validators.part"), validators);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            while (System.in.read() >= 0) {
                // nobody says anything
            }
        }
    }
}
