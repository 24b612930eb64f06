package dev.connaisseur.config;

import dev.connaisseur.config.YamlValue.Mapping;
import dev.connaisseur.config.YamlValue.Scalar;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Reads the bytes of one YAML file into a {@link ConfigSection}. */
public final class ConfigDocument {
    /** Larger than a ConfigMap or Secret can be. */
    public static final int MAX_BYTES = 4 << 20;

    private ConfigDocument() {}

    /**
     * Reads one document whose top is a mapping.
     *
     * @param file named in every problem
     * @param problems takes what is wrong, now and while the section is read
     * @return empty if the file is unusable as a whole, which is reported then
     */
    public static Optional<ConfigSection> parse(String file, byte[] content, Problems problems) {
        YamlReader.Report report = (line, what, remedy) -> report(problems, file, line, what, remedy);
        if (content.length > MAX_BYTES) {
            report.problem(0, "larger than " + MAX_BYTES + " bytes", "");
            return Optional.empty();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            YamlValue root = YamlReader.read(text, report).orElseThrow(() -> empty());
            return switch (root) {
                case Mapping mapping -> Optional.of(new ConfigSection(problems, file, "", mapping));
                case Scalar scalar when scalar.isNull() -> throw empty();
                default -> {
                    String what = "cannot unmarshal " + root.tag() + " into map";
                    report.problem(root.line(), what, "The file must hold keys and values.");
                    yield Optional.empty();
                }
            };
        } catch (CharacterCodingException e) {
            report.problem(0, "not UTF-8", "Save the file as UTF-8.");
        } catch (YamlReader.SyntaxException e) {
            report.problem(e.line(), "yaml: " + e.getMessage(), "Correct the YAML syntax there.");
        }
        return Optional.empty();
    }

    /** A section without keys, for what is optional as a whole. */
    public static ConfigSection none(String file, Problems problems) {
        return new ConfigSection(problems, file, "", new Mapping(Map.of(), 0));
    }

    private static YamlReader.SyntaxException empty() {
        return new YamlReader.SyntaxException(0, "EOF (the file is empty)", null);
    }

    private static void report(Problems problems, String file, int line, String what, String remedy) {
        problems.add(new Problem(Problem.Severity.ERROR, file, "", line, "error parsing file: " + what, remedy));
    }
}
