package dev.connaisseur.config;

import dev.connaisseur.config.YamlValue.Entry;
import dev.connaisseur.config.YamlValue.Mapping;
import dev.connaisseur.config.YamlValue.Scalar;
import dev.connaisseur.config.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * One YAML document as values with lines. No object is ever constructed from a tag, aliases are expanded within a bound, a key
 * stands once in a mapping (merge keys, {@code <<}, are resolved by the engine). Problems of syntax end the reading; duplicate keys and odd tags are collected.
 *
 * @see <a href="https://nvd.nist.gov/vuln/detail/CVE-2022-1471">CVE-2022-1471</a> (tags), CVE-2022-25857 (depth)
 */
final class YamlReader {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_NODES = 100_000;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setUseMarks(true)
            .setAllowNonScalarKeys(true) // refused below, with the line
            .setMaxAliasesForCollections(100)
            .setCodePointLimit(ConfigDocument.MAX_BYTES)
            .build();

    private final Report report;
    private int nodes;

    /** Takes what does not end the reading. */
    interface Report {
        void problem(int line, String what, String remedy);
    }

    private YamlReader(Report report) {
        this.report = report;
    }

    /**
     * @return empty if the text holds no document
     * @throws SyntaxException where reading cannot go on
     */
    static Optional<YamlValue> read(String text, Report report) {
        try {
            BoundedParser parser =
                    new BoundedParser(new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text)), MAX_DEPTH);
            Optional<Node> root = new Composer(SETTINGS, parser).getSingleNode();
            return root.map(node -> new YamlReader(report).convert(node, 0));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(mark -> mark.getLine() + 1)
                    .orElse(0);
            String context = e.getContext() == null || e.getContext().isEmpty() ? "" : e.getContext() + ": ";
            throw new SyntaxException(line, context + e.getProblem(), e);
        } catch (BoundedParser.TooDeepException e) {
            throw new SyntaxException(e.line(), "nested deeper than " + MAX_DEPTH + " levels", e);
        } catch (ReaderException e) {
            throw new SyntaxException(0, "a character that YAML does not allow", e);
        } catch (YamlEngineException e) {
            throw new SyntaxException(0, String.valueOf(e.getMessage()), e);
        }
    }

    private YamlValue convert(Node node, int depth) {
        int line = line(node);
        // Aliases share nodes: what is bounded here is the expanded tree, which also ends one that holds itself.
        if (++nodes > MAX_NODES) {
            throw new SyntaxException(line, "more than " + MAX_NODES + " values after expanding aliases", null);
        }
        if (depth > MAX_DEPTH) {
            throw new SyntaxException(
                    line, "nested deeper than " + MAX_DEPTH + " levels after expanding aliases", null);
        }
        return switch (node) {
            case ScalarNode scalar -> new Scalar(scalar.getValue(), kind(scalar), line);
            case SequenceNode sequence -> {
                onlyTag(sequence, Tag.SEQ);
                List<YamlValue> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(convert(item, depth + 1)));
                yield new Sequence(items, line);
            }
            case MappingNode mapping -> convertMapping(mapping, depth);
            default -> throw new SyntaxException(line, "unknown kind of node", null);
        };
    }

    private Mapping convertMapping(MappingNode node, int depth) {
        onlyTag(node, Tag.MAP);
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                report.problem(
                        line, "mapping key is a " + tuple.getKeyNode().getNodeType(), "Write a plain word as key.");
                continue;
            }
            YamlValue value = convert(tuple.getValueNode(), depth + 1);
            Entry first = entries.putIfAbsent(key.getValue(), new Entry(line, value));
            if (first != null) {
                String what = "mapping key \"" + key.getValue() + "\" already defined at line " + first.line();
                report.problem(line, what, "Keep one of the two.");
            }
        }
        return new Mapping(entries, line(node));
    }

    private Scalar.Kind kind(ScalarNode node) {
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return Scalar.Kind.NULL;
        } else if (tag.equals(Tag.BOOL)) {
            return Scalar.Kind.BOOL;
        } else if (tag.equals(Tag.INT)) {
            return Scalar.Kind.INT;
        } else if (tag.equals(Tag.FLOAT)) {
            return Scalar.Kind.FLOAT;
        }
        onlyTag(node, Tag.STR);
        return Scalar.Kind.STRING;
    }

    private void onlyTag(Node node, Tag expected) {
        if (!node.getTag().equals(expected)) {
            String what = "tag " + node.getTag().getValue() + " is not supported";
            report.problem(line(node), what, "Remove the tag and write the value itself.");
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** Reading cannot go on. */
    static final class SyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        SyntaxException(int line, String message, @org.jspecify.annotations.Nullable Throwable cause) {
            super(message, cause);
            this.line = line;
        }

        int line() {
            return line;
        }
    }
}
