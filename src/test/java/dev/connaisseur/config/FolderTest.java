package dev.connaisseur.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
    @TempDir
    private Path root;

    private Path secrets;

    @BeforeEach
    void layOut() throws IOException {
        secrets = Files.createDirectory(root.resolve("secrets"));
        Files.createDirectory(secrets.resolve("one"));
        Files.writeString(secrets.resolve("one/file"), "inside");
        Files.writeString(root.resolve("outside"), "outside");
        Files.createDirectory(root.resolve("secrets-of-others"));
        Files.writeString(root.resolve("secrets-of-others/file"), "outside");
    }

    private String read(String... elements) throws IOException {
        return new String(new Folder(secrets).read(elements), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void readsAFile() throws IOException {
        assertThat(read("one", "file")).isEqualTo("inside");
    }

    @Test
    void followsTheLinksOfAMountedVolume() throws IOException {
        Path volume = Files.createDirectory(secrets.resolve("mounted"));
        Files.createDirectory(volume.resolve("..2026_01_01"));
        Files.writeString(volume.resolve("..2026_01_01/secret.yaml"), "mounted");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_01_01"));
        Files.createSymbolicLink(volume.resolve("secret.yaml"), Path.of("..data/secret.yaml"));
        assertThat(read("mounted", "secret.yaml")).isEqualTo("mounted");
    }

    @Test
    void theFolderItselfMayBeALink() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), secrets);
        assertThat(new Folder(link).read("one", "file")).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../secrets-of-others",
                "one/../../secrets-of-others",
                "/",
                ".",
                "",
                "one/..",
                "a\0b",
                "../nowhere"
            })
    void refusesToLeaveByName(String name) {
        assertThatThrownBy(() -> read(name, "file")).isInstanceOf(Folder.EscapeException.class);
        assertThatThrownBy(() -> read("one", name)).isInstanceOf(Folder.EscapeException.class);
    }

    @Test
    void refusesToLeaveByALinkToAFile() throws IOException {
        Files.createSymbolicLink(secrets.resolve("one/link"), root.resolve("outside"));
        assertThatThrownBy(() -> read("one", "link")).isInstanceOf(Folder.EscapeException.class);
    }

    @Test
    void refusesToLeaveByALinkToADirectory() throws IOException {
        Files.createSymbolicLink(secrets.resolve("two"), root.resolve("secrets-of-others"));
        assertThatThrownBy(() -> read("two", "file")).isInstanceOf(Folder.EscapeException.class);
    }

    @Test
    void refusesALinkToAnotherSecret() throws IOException {
        Files.createDirectory(secrets.resolve("two"));
        Files.createSymbolicLink(secrets.resolve("two/file"), secrets.resolve("one/file"));
        assertThatThrownBy(() -> read("two", "file")).isInstanceOf(Folder.EscapeException.class);
    }

    @Test
    void refusesWhatIsNoFileOrTooLarge() throws IOException {
        assertThatThrownBy(() -> read("one")).hasMessageEndingWith("is not a file");
        assertThatThrownBy(() -> read("one", "none")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> read("none", "file")).isInstanceOf(NoSuchFileException.class);
        Files.write(secrets.resolve("big"), new byte[ConfigDocument.MAX_BYTES + 1]);
        assertThatThrownBy(() -> read("big")).hasMessageContaining("is larger than");
    }
}
