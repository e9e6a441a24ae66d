#pragma once

#include "core/base/error.h"
#include "core/schema/jsonschema/jsontape.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// What a schema without `$schema` is read as. docs/plan.md says what each knows.
enum class SchemaDialect : std::uint8_t { Draft07, Draft2019_09, Draft2020_12 };

/// The keywords that an instance can fail. Unevaluated… and the like keep the names of the specification.
enum class SchemaKeyword : std::uint8_t {
    FalseSchema,
    Type,
    Enum,
    Const,
    MultipleOf,
    Maximum,
    ExclusiveMaximum,
    Minimum,
    ExclusiveMinimum,
    MaxLength,
    MinLength,
    Pattern,
    Format,
    MaxItems,
    MinItems,
    UniqueItems,
    Contains,
    MaxContains,
    MinContains,
    AdditionalItems,
    Items,
    UnevaluatedItems,
    MaxProperties,
    MinProperties,
    Required,
    DependentRequired,
    Dependencies,
    PropertyNames,
    AdditionalProperties,
    UnevaluatedProperties,
    AnyOf,
    OneOf,
    Not,
    If,
};
/// As it is spelled in a schema: "additionalProperties". "false schema" for FalseSchema.
std::string_view toText(SchemaKeyword keyword);

/// The formats that can be asserted: those of rudder-cli.
enum class SchemaFormat : std::uint8_t { None, DateTime, Date, Time, Email, Uuid, Hostname, Ipv4, Ipv6 };

/// One thing that one value does not fulfil, by index: texts are made only for what is shown.
struct SchemaFailure
{
    SchemaKeyword keyword = SchemaKeyword::FalseSchema;
    std::uint32_t node = 0; ///< Of the schema.
    std::uint32_t value = 0; ///< On the instance's tape.
    /// Required, DependentRequired: the name missing, in the node's table. AdditionalProperties and the like:
    /// the member or element, on the tape. Else 0.
    std::uint32_t detail = 0;
};

enum class SchemaVerdict : std::uint8_t {
    Valid,
    Invalid,
    Undecided, ///< It takes too long to tell: see SchemaLimits.
};

/// What one evaluation may cost, whatever schema and instance hold. Beyond it the verdict is Undecided.
struct SchemaLimits
{
    static constexpr std::uint64_t steps = 100'000; ///< Schemas applied to values, plus 64 for each value.
    static constexpr int depth = 1000; ///< Schemas within schemas.
    static constexpr int costlyPatterns = 8; ///< Matches that reach their bound.
    static constexpr std::size_t failures = 1000; ///< More are not told.
    static constexpr std::size_t documentBytes = 16U << 20;
};

struct CompiledSchema;

/// A JSON Schema of draft-07, 2019-09 or 2020-12, made ready. Immutable and cheap to copy; any thread.
///
/// Ours, because Debian 12 has no validator that knows 2020-12 (valijson: draft 7), and none that works on
/// captured bytes without making doubles of their numbers.
class JsonSchema
{
public:
    /// A document, and the URI that others may call it by.
    struct Source
    {
        std::string uri, text;
        TextPosition origin{}; ///< Where the text begins in its file; errors count from there.
        std::string label{}; ///< Stands before an error's line; empty: the URI does.
    };
    struct Options
    {
        SchemaDialect dialect = SchemaDialect::Draft2020_12; ///< Of documents without `$schema`.
        bool assertsFormats = false; ///< Else `format` only annotates.
    };

    /// Reads the first document; the others are what it may refer to. Nothing is fetched. Fails with
    /// BadInput and the line and column in `where` when it is no JSON, no schema, refers to what is not
    /// there, or refers to itself without going deeper into the instance.
    static Result<JsonSchema> compile(std::vector<Source> documents, const Options &options);
    static Result<JsonSchema> compile(std::string text, const Options &options);

    /// Appends what the value at `at` fails to `failures`, all of it, for the branches of a failed anyOf,
    /// oneOf and the like as well. A valid instance costs no allocation.
    SchemaVerdict evaluate(
        const JsonTape &instance, std::uint32_t at, std::vector<SchemaFailure> &failures) const;

    /// A JSON pointer to the keyword, seen from the root of its document: "#/properties/latency_ms/type".
    std::string schemaPath(const SchemaFailure &failure) const;
    /// As Ajv says it, since RudderStack's users know that: "must be integer".
    std::string message(const SchemaFailure &failure, const JsonTape &instance) const;
    /// The name that is missing, or must not be there; empty for other keywords.
    std::string property(const SchemaFailure &failure, const JsonTape &instance) const;
    /// What would have been right, for people: "integer", "one of success, error, skipped", "at least 0".
    std::string expected(const SchemaFailure &failure) const;
    /// Names of properties that the failure's node allows.
    std::vector<std::string_view> knownProperties(std::uint32_t node) const;

    const CompiledSchema &compiled() const { return *m_compiled; }

private:
    explicit JsonSchema(std::shared_ptr<const CompiledSchema> compiled);
    std::shared_ptr<const CompiledSchema> m_compiled;
};

} // namespace Weir
