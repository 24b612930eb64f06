package dev.connaisseur.validator.cosign;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A condition over a verified statement, in CEL: it always ends, sees nothing but the statement and the time, and is compiled once.
 * Its variables are {@code statement}, {@code predicate}, {@code predicateType}, {@code subject} and {@code now}.
 *
 * @see <a href="https://github.com/google/cel-spec/blob/master/doc/langdef.md">CEL</a>
 */
final class CelCondition {
    private static final int LONGEST = 10_000;

    /** Over all loops of one evaluation, nested ones multiplied. */
    private static final int MOST_ITERATIONS = 50_000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(LONGEST)
            .maxParseRecursionDepth(60)
            .comprehensionMaxIterations(MOST_ITERATIONS)
            .build();

    private final String text;
    private final CelRuntime.Program program;

    private CelCondition(String text, CelRuntime.Program program) {
        this.text = text;
        this.program = program;
    }

    /**
     * Compiles a condition.
     *
     * @throws IllegalArgumentException if it is not CEL, or its value is not true or false
     */
    static CelCondition compile(String text) {
        CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("statement", SimpleType.DYN)
                .addVar("predicate", SimpleType.DYN)
                .addVar("predicateType", SimpleType.STRING)
                .addVar("subject", SimpleType.DYN)
                .addVar("now", SimpleType.TIMESTAMP)
                .build();
        try {
            CelAbstractSyntaxTree tree = compiler.compile(text).getAst();
            if (!tree.getResultType().equals(SimpleType.BOOL)
                    && !tree.getResultType().equals(SimpleType.DYN)) {
                throw new IllegalArgumentException(
                        "it is " + tree.getResultType().name() + ", not true or false");
            }
            CelRuntime runtime = CelRuntimeFactory.legacyCelRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .build();
            return new CelCondition(text, runtime.createProgram(tree));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    String text() {
        return text;
    }

    /**
     * Evaluates it.
     *
     * @return empty if it holds, else a sentence; an error is a no
     */
    Optional<String> unmet(Statement statement, Instant now) {
        JsonObject json = statement.json();
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("statement", value(json));
        variables.put("predicate", value(json.getOrDefault("predicate", JsonValue.EMPTY_JSON_OBJECT)));
        variables.put("predicateType", statement.predicateType());
        variables.put("subject", value(json.getOrDefault("subject", JsonValue.EMPTY_JSON_ARRAY)));
        variables.put("now", now);
        try {
            return Boolean.TRUE.equals(program.eval(variables))
                    ? Optional.empty()
                    : Optional.of("does not meet its condition");
        } catch (CelEvaluationException e) {
            return Optional.of("cannot be judged by its condition: " + e.getMessage());
        }
    }

    private static Object value(JsonValue json) {
        return switch (json) {
            case JsonObject object -> {
                Map<String, Object> map = new LinkedHashMap<>();
                object.forEach((name, member) -> map.put(name, value(member)));
                yield map;
            }
            case JsonArray array -> {
                List<Object> list = new ArrayList<>();
                array.forEach(entry -> list.add(value(entry)));
                yield list;
            }
            case JsonString string -> string.getString();
            case JsonNumber number ->
                number.isIntegral() && number.bigIntegerValue().bitLength() < Long.SIZE
                        ? (Object) number.longValue()
                        : (Object) number.doubleValue();
            default ->
                switch (json.getValueType()) {
                    case TRUE -> true;
                    case FALSE -> false;
                    default -> NullValue.NULL_VALUE;
                };
        };
    }
}
