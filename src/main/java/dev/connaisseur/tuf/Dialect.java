package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.util.Locale;
import java.util.Optional;

/** How role files are written: the roles are the same, their spelling is not. */
enum Dialect {
    /** Notary v1: binary values as base64, signatures name their method, roles are listed with their SHA-256. */
    NOTARY {
        @Override
        String typeOf(RoleName role) {
            String name = role.isDelegation() ? RoleName.TARGETS.text() : role.text();
            return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        }

        @Override
        RoleSignature signature(Members json) {
            return new RoleSignature(json.string("keyid"), json.string("method"), json.base64("sig"));
        }

        @Override
        TufKey key(String id, Members json) {
            return TufKey.notary(json.string("keytype"), json.object("keyval").base64("public"));
        }

        @Override
        Optional<RoleName> listed(String name) {
            return RoleName.parse(name);
        }

        @Override
        MetaFile metaFile(Members json) {
            return MetaFile.read(json, Members::base64);
        }

        @Override
        void checkEntry(RoleName role, Optional<MetaFile> entry) {
            if (entry.filter(file -> file.hashes().containsKey("sha256")).isEmpty()) {
                throw new MetadataException(MALFORMED, "missing " + role + " sha256 checksum information");
            }
        }
    },

    /**
     * The specification's own format: binary values as hex, keys name their scheme, roles are listed with their version.
     *
     * @see <a href="https://theupdateframework.github.io/specification/latest/#document-formats">TUF, 4</a>
     */
    TUF {
        @Override
        String typeOf(RoleName role) {
            return role.text();
        }

        @Override
        RoleSignature signature(Members json) {
            return new RoleSignature(json.string("keyid"), "", json.hex("sig"));
        }

        @Override
        TufKey key(String id, Members json) {
            return TufKey.repository(
                    id,
                    json.string("keytype"),
                    json.string("scheme"),
                    json.object("keyval").string("public"));
        }

        @Override
        Optional<RoleName> listed(String name) {
            return name.endsWith(".json")
                    ? RoleName.parse(name.substring(0, name.length() - ".json".length()))
                    : Optional.empty();
        }

        @Override
        MetaFile metaFile(Members json) {
            return MetaFile.read(json, Members::hex);
        }

        @Override
        void checkEntry(RoleName role, Optional<MetaFile> entry) {
            if (entry.filter(file -> file.version().orElse(0) > 0).isEmpty()) {
                throw new MetadataException(MALFORMED, "missing version of " + role);
            }
        }
    };

    /** What a file of the role calls its type. */
    abstract String typeOf(RoleName role);

    abstract RoleSignature signature(Members json);

    /** A key that is declared under this id. */
    abstract TufKey key(String id, Members json);

    /** The role that an entry of a listing is about, if it is about one. */
    abstract Optional<RoleName> listed(String name);

    abstract MetaFile metaFile(Members json);

    /** Refuses a listing without what is needed of a role. */
    abstract void checkEntry(RoleName role, Optional<MetaFile> entry);
}
