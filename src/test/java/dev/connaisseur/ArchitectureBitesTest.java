package dev.connaisseur;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the house is broken once, in a class that is compiled on the spot, and must say so. */
final class ArchitectureBitesTest {
    private static final String ROOT = "dev.connaisseur.";

    @TempDir
    private Path classes;

    static Stream<Arguments> violations() {
        return Stream.of(
                row("roomsKnowOnlyInnerRooms", "image", "class Planted { dev.connaisseur.registry.Other o; }"),
                row("tracesAreTheServersAlone", "admission", "class Planted { io.opentelemetry.api.OpenTelemetry t; }"),
                row("roomsHaveNoCycles", "registry", "class Planted { dev.connaisseur.boot.Other o; }"),
                row("thePortKnowsNoValidator", "validator", "class Planted { dev.connaisseur.registry.Other o; }"),
                row(
                        "validatorsAreStrangers",
                        "validator.cosign",
                        "class Planted { dev.connaisseur.validator.notation.Other o; }"),
                row("onlyTheCommandLineKnowsBoot", "webhook", "class Planted { dev.connaisseur.boot.Other o; }"),
                row("theHallHoldsAnnotationsOnly", "", "class Planted {}"),
                row("beansLiveAtTheEdge", "policy", "@jakarta.inject.Singleton class Planted {}"),
                row("theCoreIsPlain", "trust", "class Planted { java.net.URLConnection c; }"),
                row(
                        "onlyTrustAndVerificationKnowBouncyCastle",
                        "config",
                        "class Planted { org.bouncycastle.asn1.ASN1Object o; }"),
                row("oneSpeakerOfHttp", "boot", "class Planted { java.net.http.HttpClient c; }"),
                row("oneSpeakerOfTls", "registry", "class Planted { javax.net.ssl.SSLContext c; }"),
                row("restLivesAtTheEdge", "admission", "class Planted { jakarta.ws.rs.core.Response r; }"),
                row("jsonIsJakarta", "kubernetes", "class Planted { org.eclipse.yasson.JsonBindingProvider p; }"),
                row("terminalLivesInTheCommandLine", "boot", "class Planted { picocli.CommandLine c; }"),
                row("recordsHoldNoArrays", "registry", "record Planted(byte[] body) {}"),
                row("noMutableStatics", "config", "class Planted { static int count; }"),
                row("noFieldInjection", "boot", "class Planted { @jakarta.inject.Inject String s; }"),
                row("onlyTheEdgesWriteToTheTerminal", "policy", "class Planted { void m() { System.out.print(1); } }"),
                row("noGenericThrows", "trust", "class Planted { void m() { throw new RuntimeException(); } }"),
                row("noSetters", "image", "class Planted { public void setTag(String tag) {} }"),
                row("noEmptyNames", "image", "class PlantedUtil {}"),
                row("noEmptyPackages", "image.util", "class Planted {}"),
                row(
                        "oneCatchOfDenials",
                        "validator",
                        "class Planted { void m() { try { n(); } catch (ValidationException e) { n(); } }"
                                + " void n() throws ValidationException {} }"),
                row(
                        "oneCatchOfEverything",
                        "http",
                        "class Planted { void m() { try { m(); } catch (RuntimeException e) { m(); } } }"),
                row("timeIsGiven", "policy", "class Planted { Object m() { return java.time.Instant.now(); } }"),
                row(
                        "nobodySleeps",
                        "registry",
                        "class Planted { void m() throws Exception { Thread.sleep(java.time.Duration.ZERO); } }"),
                row("environmentIsGiven", "config", "class Planted { String m() { return System.getenv(\"A\"); } }"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aPlantedViolationIsSeen(String rule, String room, String source) throws Exception {
        var field = ArchitectureTest.class.getDeclaredField(rule);
        JavaClasses planted = compile(room, source);

        assertThat(((ArchRule) field.get(null)).evaluate(planted).hasViolation())
                .as("rule %s on %s", rule, source)
                .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void noRuleIsWithoutAPlantedViolation(String rule) {
        assertThat(violations().map(row -> row.get()[0])).contains(rule);
    }

    static Stream<String> rules() {
        return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
                .filter(field -> field.getType() == ArchRule.class)
                .map(java.lang.reflect.Field::getName);
    }

    private JavaClasses compile(String room, String source) throws IOException {
        String name = (room.isEmpty() ? "dev.connaisseur" : ROOT + room) + ".Planted";
        var unit = source(name, source);
        var other = List.of(
                source(ROOT + "registry.Other", "public class Other {}"),
                source(ROOT + "validator.notation.Other", "public class Other {}"),
                source(ROOT + "boot.Other", "public class Other { dev.connaisseur.registry.Other o; }"));
        var log = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        log,
                        null,
                        null,
                        List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        Stream.concat(Stream.of(unit), other.stream()).toList())
                .call();
        assertThat(compiled).as(log.toString()).isTrue();
        return new ClassFileImporter().importPath(classes);
    }

    private static JavaFileObject source(String name, String body) {
        String room = name.substring(0, name.lastIndexOf('.'));
        return new SimpleJavaFileObject(
                URI.create("memory:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return "package " + room + "; " + body;
            }
        };
    }

    private static Arguments row(String rule, String room, String source) {
        return Arguments.of(rule, room, source);
    }
}
