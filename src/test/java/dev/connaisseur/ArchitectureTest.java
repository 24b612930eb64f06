package dev.connaisseur;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.modules.syntax.AllowedModuleDependencies.allow;
import static com.tngtech.archunit.library.modules.syntax.ModuleDependencyScope.consideringOnlyDependenciesBetweenModules;
import static com.tngtech.archunit.library.modules.syntax.ModuleRuleDefinition.modules;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The plan of the house as rules: which room may know which, and what no room does. */
@AnalyzeClasses(
        packages = "dev.connaisseur",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludePackageInfos.class})
final class ArchitectureTest {
    private static final String[] CORE = {
        "dev.connaisseur.config..",
        "dev.connaisseur.image..",
        "dev.connaisseur.json..",
        "dev.connaisseur.policy..",
        "dev.connaisseur.sigstore..",
        "dev.connaisseur.trust.."
    };

    @ArchTest
    static final ArchRule roomsKnowOnlyInnerRooms = modules()
            .definedByPackages("dev.connaisseur.(*)..")
            .should()
            .respectTheirAllowedDependencies(
                    allow().fromModule("policy")
                            .toModules("config", "image")
                            .fromModule("trust")
                            .toModules("config", "json")
                            .fromModule("sigstore")
                            .toModules("image", "json", "trust")
                            .fromModule("kubernetes")
                            .toModules("http", "json")
                            .fromModule("cloud")
                            .toModules("http", "json")
                            .fromModule("keys")
                            .toModules("cloud", "http", "json", "kubernetes", "trust")
                            .fromModule("registry")
                            .toModules("cloud", "config", "http", "image", "json")
                            .fromModule("tuf")
                            .toModules("config", "http", "json", "trust")
                            .fromModule("validator")
                            .toModules(
                                    "cloud",
                                    "config",
                                    "http",
                                    "image",
                                    "json",
                                    "keys",
                                    "policy",
                                    "registry",
                                    "sigstore",
                                    "trust",
                                    "tuf")
                            .fromModule("cache")
                            .toModules("config", "http", "image", "json", "tuf", "validator")
                            .fromModule("alert")
                            .toModules("config", "http", "json")
                            .fromModule("admission")
                            .toModules(
                                    "alert",
                                    "cache",
                                    "config",
                                    "http",
                                    "image",
                                    "json",
                                    "kubernetes",
                                    "policy",
                                    "validator")
                            .fromModule("webhook")
                            .toModules("admission", "http", "json", "kubernetes")
                            .fromModule("cli")
                            .toModules(
                                    "admission",
                                    "boot",
                                    "config",
                                    "http",
                                    "image",
                                    "json",
                                    "kubernetes",
                                    "policy",
                                    "validator")
                            .fromModule("boot")
                            .toModules(
                                    "admission",
                                    "cache",
                                    "alert",
                                    "cloud",
                                    "config",
                                    "http",
                                    "image",
                                    "json",
                                    "keys",
                                    "kubernetes",
                                    "policy",
                                    "registry",
                                    "trust",
                                    "tuf",
                                    "validator",
                                    "webhook"),
                    consideringOnlyDependenciesBetweenModules());

    @ArchTest
    static final ArchRule tracesAreTheServersAlone = noClasses()
            .that()
            .haveNameNotMatching("dev\\.connaisseur\\.boot\\.Telemetry.*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..")
            .because("the server has that feature only where traces are wanted");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("dev.connaisseur.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule thePortKnowsNoValidator = noClasses()
            .that()
            .resideInAPackage("dev.connaisseur.validator")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.connaisseur.validator.*..",
                    "dev.connaisseur.keys..",
                    "dev.connaisseur.registry..",
                    "dev.connaisseur.tuf..");

    @ArchTest
    static final ArchRule validatorsAreStrangers = slices().matching("dev.connaisseur.validator.(*)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsBoot = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur.boot..", "dev.connaisseur.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.connaisseur.boot..");

    @ArchTest
    static final ArchRule theHallHoldsAnnotationsOnly = classes()
            .that()
            .resideInAPackage("dev.connaisseur")
            .should()
            .beAssignableTo(java.lang.annotation.Annotation.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule beansLiveAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur", "dev.connaisseur.boot..", "dev.connaisseur.webhook..")
            .and()
            .doNotHaveSimpleName("Lookups")
            .should()
            .beAnnotatedWith(ApplicationScoped.class)
            .orShould()
            .beAnnotatedWith(RequestScoped.class)
            .orShould()
            .beAnnotatedWith(Singleton.class);

    @ArchTest
    static final ArchRule theCoreIsPlain = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "com.google.re2j..",
                    "dev.connaisseur..",
                    "jakarta.json..",
                    "java.io..",
                    "java.lang..",
                    "java.math..",
                    "java.nio..",
                    "java.security..",
                    "java.time..",
                    "java.util..",
                    "javax.crypto..",
                    "javax.security.auth.x500..",
                    "org.bouncycastle..",
                    "org.jspecify..",
                    "org.snakeyaml..");

    @ArchTest
    static final ArchRule onlyTrustAndVerificationKnowBouncyCastle = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.connaisseur.trust..",
                    "dev.connaisseur.tuf..",
                    "dev.connaisseur.validator..",
                    "dev.connaisseur.boot..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule oneSpeakerOfHttp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.connaisseur.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..");

    /** The start looks at its own certificate before it says that it is ready; replies of Redis are bounded above TLS. */
    @ArchTest
    static final ArchRule oneSpeakerOfTls = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur.http..", "dev.connaisseur.boot..")
            .and()
            .haveNameNotMatching("dev\\.connaisseur\\.cache\\.RedisSockets(\\$Bounded)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("javax.net.ssl..");

    @ArchTest
    static final ArchRule restLivesAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur.boot..", "dev.connaisseur.webhook..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule jsonIsJakarta = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.alibaba..",
                    "com.fasterxml..",
                    "com.google.gson..",
                    "com.jayway..",
                    "org.eclipse.parsson..",
                    "org.eclipse.yasson..",
                    "org.json..",
                    "tools.jackson..");

    @ArchTest
    static final ArchRule terminalLivesInTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.connaisseur.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule recordsHoldNoArrays = fields().that()
            .areDeclaredInClassesThat()
            .areRecords()
            .and()
            .areNotStatic()
            .should(new ArchCondition<JavaField>("not be arrays") {
                @Override
                public void check(JavaField field, ConditionEvents events) {
                    if (field.getRawType().isArray()) {
                        events.add(
                                SimpleConditionEvent.violated(field, field.getFullName() + " is an array in a record"));
                    }
                }
            });

    @ArchTest
    static final ArchRule noMutableStatics =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule noFieldInjection = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule onlyTheEdgesWriteToTheTerminal = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur.cli..", "dev.connaisseur.boot..")
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule noGenericThrows = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule noSetters =
            noMethods().should().haveNameMatching("set[A-Z].*").andShould().bePublic();

    @ArchTest
    static final ArchRule noEmptyNames = noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Constants");

    @ArchTest
    static final ArchRule noEmptyPackages = noClasses()
            .should()
            .resideInAnyPackage(
                    "..util..",
                    "..utils..",
                    "..common..",
                    "..helper..",
                    "..impl..",
                    "..constants..",
                    "..model..",
                    "..dto..");

    @ArchTest
    static final ArchRule oneCatchOfDenials = codeUnits()
            .should(catchOnlyIn(
                    "dev.connaisseur.admission.ImageReview", "dev.connaisseur.validator.ValidationException"));

    @ArchTest
    static final ArchRule oneCatchOfEverything = codeUnits()
            .should(catchOnlyIn(
                    "dev.connaisseur.admission.AdmissionController",
                    "java.lang.Exception",
                    "java.lang.RuntimeException",
                    "java.lang.Error"));

    @ArchTest
    static final ArchRule timeIsGiven = noClasses()
            .that()
            .resideOutsideOfPackage("dev.connaisseur.boot..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** A server's {@code Retry-After} is waited for in one place, the grace of the shutdown in another. */
    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .that()
            .resideOutsideOfPackage("dev.connaisseur.boot..")
            .and()
            .doNotHaveFullyQualifiedName("dev.connaisseur.http.RetryAfter")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class);

    @ArchTest
    static final ArchRule environmentIsGiven = noClasses()
            .that()
            .resideOutsideOfPackages("dev.connaisseur.boot..", "dev.connaisseur.cli..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);

    private static ArchCondition<JavaCodeUnit> catchOnlyIn(String where, String... types) {
        Set<String> caught = Set.of(types);
        return new ArchCondition<>("catch " + String.join("/", types) + " only in " + where) {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                String owner = unit.getOwner().getName();
                if (owner.equals(where) || owner.startsWith(where + "$")) {
                    return;
                }
                unit.getTryCatchBlocks().stream()
                        .flatMap(block -> block.getCaughtThrowables().stream())
                        .filter(type -> caught.contains(type.getName()))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                unit, unit.getFullName() + " catches " + type.getName())));
            }
        };
    }
}
