package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains as the signature specification wants them, and with one thing changed. */
class SigningChainTest {
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);
    private static final Part ISSUES = Part.keyUsage(true, KeyUsage.keyCertSign);
    private static final Certificate ROOT = Certificate.root("CN=root");
    private static final Certificate MIDDLE = Certificate.authority("CN=middle");
    private static final Certificate LEAF = Certificate.leaf("CN=leaf");

    private static Part purposes(boolean critical, KeyPurposeId... purposes) {
        return Part.of(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(purposes));
    }

    private static Arguments row(String what, Certificate... rootFirst) {
        return Arguments.of(what, rootFirst);
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                row("root, intermediate, leaf", ROOT, MIDDLE, LEAF),
                row("root, leaf", ROOT, LEAF),
                row("a leaf that signed itself", LEAF),
                row("RSA of 3072 bits", ROOT, LEAF.rsa(3072)),
                row(
                        "code signing",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purposes(false, KeyPurposeId.id_kp_codeSigning))),
                row(
                        "not an authority, and says so",
                        ROOT,
                        Certificate.of(
                                "CN=leaf",
                                SIGNS,
                                Part.of(Extension.basicConstraints, false, new BasicConstraints(false)))),
                row(
                        "with content commitment",
                        ROOT,
                        Certificate.of(
                                "CN=leaf", Part.keyUsage(true, KeyUsage.digitalSignature | KeyUsage.nonRepudiation))),
                row(
                        "a path as long as allowed",
                        Certificate.of("CN=root", Part.authority(true, 1), ISSUES),
                        MIDDLE,
                        LEAF),
                row(
                        "no name of the kind to which the root is confined",
                        Certificate.of(
                                "CN=root",
                                Part.authority(true, -1),
                                ISSUES,
                                Part.of(
                                        Extension.nameConstraints,
                                        true,
                                        new NameConstraints(
                                                new GeneralSubtree[] {
                                                    new GeneralSubtree(
                                                            new GeneralName(GeneralName.dNSName, "a.example"))
                                                },
                                                null))),
                        LEAF));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void accepts(String what, Certificate[] rootFirst) {
        assertThat(SigningChain.flaw(NotationSigner.of(rootFirst).chain())).isEmpty();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row("leaf without key usage", ROOT, Certificate.of("CN=leaf")),
                row(
                        "leaf whose key usage is not critical",
                        ROOT,
                        Certificate.of("CN=leaf", Part.keyUsage(false, KeyUsage.digitalSignature))),
                row(
                        "leaf for content commitment only",
                        ROOT,
                        Certificate.of("CN=leaf", Part.keyUsage(true, KeyUsage.nonRepudiation))),
                row(
                        "leaf that may encipher",
                        ROOT,
                        Certificate.of(
                                "CN=leaf", Part.keyUsage(true, KeyUsage.digitalSignature | KeyUsage.keyEncipherment))),
                row(
                        "leaf that may sign certificates",
                        ROOT,
                        Certificate.of(
                                "CN=leaf", Part.keyUsage(true, KeyUsage.digitalSignature | KeyUsage.keyCertSign))),
                row(
                        "leaf that may sign CRLs",
                        ROOT,
                        Certificate.of("CN=leaf", Part.keyUsage(true, KeyUsage.digitalSignature | KeyUsage.cRLSign))),
                row("leaf that is an authority", ROOT, Certificate.of("CN=leaf", SIGNS, Part.authority(true, -1))),
                row(
                        "leaf for any purpose",
                        ROOT,
                        Certificate.of(
                                "CN=leaf",
                                SIGNS,
                                purposes(false, KeyPurposeId.anyExtendedKeyUsage, KeyPurposeId.id_kp_codeSigning))),
                row(
                        "leaf for servers",
                        ROOT,
                        Certificate.of(
                                "CN=leaf",
                                SIGNS,
                                purposes(true, KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_serverAuth))),
                row(
                        "leaf for clients",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purposes(true, KeyPurposeId.id_kp_clientAuth))),
                row(
                        "leaf for mail",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purposes(true, KeyPurposeId.id_kp_emailProtection))),
                row(
                        "leaf for timestamps",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purposes(true, KeyPurposeId.id_kp_timeStamping))),
                row("root without basic constraints", Certificate.of("CN=root", ISSUES), LEAF),
                row(
                        "root whose constraints are not critical",
                        Certificate.of("CN=root", Part.authority(false, -1), ISSUES),
                        LEAF),
                row(
                        "root that is no authority",
                        Certificate.of(
                                "CN=root",
                                Part.of(Extension.basicConstraints, true, new BasicConstraints(false)),
                                ISSUES),
                        LEAF),
                row("root without key usage", Certificate.of("CN=root", Part.authority(true, -1)), LEAF),
                row(
                        "root whose key usage is not critical",
                        Certificate.of("CN=root", Part.authority(true, -1), Part.keyUsage(false, KeyUsage.keyCertSign)),
                        LEAF),
                row(
                        "root that may not sign certificates",
                        Certificate.of("CN=root", Part.authority(true, -1), Part.keyUsage(true, KeyUsage.cRLSign)),
                        LEAF),
                row(
                        "a path longer than allowed",
                        Certificate.of("CN=root", Part.authority(true, 0), ISSUES),
                        MIDDLE,
                        LEAF),
                row("intermediate that is a leaf", ROOT, Certificate.leaf("CN=middle"), LEAF),
                row("a root alone", ROOT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, Certificate[] rootFirst) {
        assertThat(SigningChain.flaw(NotationSigner.of(rootFirst).chain())).isPresent();
    }

    @Test
    void theOrderIsLeafToRootAndComplete() {
        List<X509Certificate> chain = NotationSigner.of(ROOT, MIDDLE, LEAF).chain();
        X509Certificate other = NotationSigner.of(ROOT, LEAF).chain().getLast();
        List<X509Certificate> reversed = new ArrayList<>(chain);
        Collections.reverse(reversed);

        assertThat(SigningChain.flaw(chain)).isEmpty();
        assertThat(SigningChain.flaw(reversed)).isPresent();
        assertThat(SigningChain.flaw(List.of(chain.get(0), chain.get(2)))).isPresent();
        assertThat(SigningChain.flaw(chain.subList(0, 2))).isPresent();
        assertThat(SigningChain.flaw(List.of(chain.get(0), chain.get(1), other)))
                .as("a root of the same name with another key")
                .isPresent();
        assertThat(SigningChain.flaw(List.of(chain.get(0), chain.get(1), chain.get(2), chain.get(2))))
                .isPresent();
        assertThat(SigningChain.flaw(List.of(chain.get(0), chain.get(1), chain.get(2), other)))
                .isPresent();
    }

    private static GeneralSubtree[] names(int kind, String name) {
        return new GeneralSubtree[] {new GeneralSubtree(new GeneralName(kind, name))};
    }

    private static NameConstraints only(int kind, String name) {
        return new NameConstraints(names(kind, name), null);
    }

    private static NameConstraints never(int kind, String name) {
        return new NameConstraints(null, names(kind, name));
    }

    static Stream<Arguments> confined() {
        NameConstraints acme = only(GeneralName.directoryName, "O=acme");
        NameConstraints notEvil = never(GeneralName.directoryName, "O=evil");
        NameConstraints host = only(GeneralName.dNSName, "a.example");
        NameConstraints mail = only(GeneralName.rfc822Name, "a.example");
        return Stream.of(
                Arguments.of(acme, "O=acme,CN=leaf", 0, "", true),
                Arguments.of(acme, "O=evil,CN=leaf", 0, "", false),
                Arguments.of(acme, "O=acme,CN=leaf", GeneralName.directoryName, "O=evil", false),
                Arguments.of(notEvil, "O=acme,CN=leaf", 0, "", true),
                Arguments.of(notEvil, "O=evil,CN=leaf", 0, "", false),
                Arguments.of(host, "O=acme", GeneralName.dNSName, "sign.a.example", true),
                Arguments.of(host, "O=acme", GeneralName.dNSName, "sign.b.example", false),
                Arguments.of(mail, "O=acme", GeneralName.rfc822Name, "me@a.example", true),
                Arguments.of(mail, "O=acme", GeneralName.rfc822Name, "me@b.example", false),
                Arguments.of(mail, "O=acme,E=me@b.example", 0, "", false));
    }

    /** The intermediate is confined; twins differ in one name. */
    @ParameterizedTest(name = "{index} {1} {3}: {4}")
    @MethodSource("confined")
    void anAuthorityVouchesForItsNamesOnly(
            NameConstraints limits, String subject, int kind, String other, boolean accepted) {
        Part also = kind == 0
                ? SIGNS
                : Part.of(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, other)));
        Certificate leaf = kind == 0 ? Certificate.of(subject, SIGNS) : Certificate.of(subject, SIGNS, also);
        for (boolean critical : new boolean[] {true, false}) {
            Certificate middle = Certificate.of(
                    "CN=middle",
                    Part.authority(true, -1),
                    ISSUES,
                    Part.of(Extension.nameConstraints, critical, limits));
            assertThat(SigningChain.flaw(NotationSigner.of(ROOT, middle, leaf).chain()))
                    .isEqualTo(
                            accepted
                                    ? Optional.empty()
                                    : Optional.of(
                                            "a certificate of the chain has a name for which an authority above it"
                                                    + " may not vouch"));
        }
    }
}
