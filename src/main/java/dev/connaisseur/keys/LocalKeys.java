package dev.connaisseur.keys;

import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;

/** Keys in files and in variables of this process. */
record LocalKeys(Surroundings surroundings) {
    private static final int LARGEST = 64 << 10;

    PublicKey read(KeyReference.LocalFile reference) {
        Path path = reference.path();
        try {
            if (Files.isRegularFile(path) && Files.size(path) > LARGEST) {
                throw new FinalException(
                        Kind.TOO_LARGE, path.toString(), "the file " + path + " is too large for a key");
            }
            return PublicKeys.parsePem(Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new FinalException(Kind.MALFORMED, path.toString(), "the file " + path + " is no text", e);
        } catch (IOException e) {
            throw new FinalException(Kind.NOT_FOUND, path.toString(), "the file " + path + " cannot be read", e);
        }
    }

    PublicKey read(KeyReference.Variable reference) {
        return PublicKeys.parsePem(surroundings
                .variable(reference.name())
                .orElseThrow(() -> new FinalException(
                        Kind.NOT_FOUND, reference.text(), "the variable " + reference.name() + " is not set")));
    }
}
