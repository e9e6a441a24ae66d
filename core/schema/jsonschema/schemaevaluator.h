#pragma once

#include "core/schema/jsonschema/compiledschema.h"

namespace Weir {

/// Which members or elements of one instance some schema has looked at, for the unevaluated ones.
class EvaluatedMarks
{
public:
    void mark(std::uint32_t offset)
    {
        if (m_seen.size() <= offset)
            m_seen.resize(offset + 1);
        m_seen[offset] = true;
    }
    void markAll() { m_all = true; }
    bool has(std::uint32_t offset) const { return m_all || (offset < m_seen.size() && m_seen[offset]); }
    void add(const EvaluatedMarks &other);

private:
    std::vector<bool> m_seen; ///< By the distance of the child from its container on the tape.
    bool m_all = false;
};

/// One evaluation of a compiled schema.
class SchemaEvaluator
{
public:
    SchemaEvaluator(
        const CompiledSchema &schema, const JsonTape &instance, std::vector<SchemaFailure> &failures);

    SchemaVerdict run(std::uint32_t at);

private:
    // Each says whether what it looks at is fulfilled, and notes what is not.
    bool check(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkRules(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkType(const SchemaNode &node, SchemaNodeId id, std::uint32_t at);
    bool checkValues(const SchemaNode &node, SchemaNodeId id, std::uint32_t at);
    bool checkNumber(const NumberRules &rules, SchemaNodeId id, std::uint32_t at);
    bool checkString(const StringRules &rules, SchemaNodeId id, std::uint32_t at);
    bool checkArray(const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkItems(const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkContains(const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkObject(const ObjectRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkMember(const ObjectRules &rules, SchemaNodeId id, std::uint32_t at, std::uint32_t member,
        std::uint32_t name, EvaluatedMarks *marks);
    bool checkRequired(
        const ObjectRules &rules, SchemaNodeId id, std::uint32_t at, const std::uint64_t *seen);
    bool checkDependents(const ObjectRules &rules, SchemaNodeId id, std::uint32_t at,
        const std::uint64_t *seen, EvaluatedMarks *marks);
    bool checkComposition(const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkAnyOf(const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkOneOf(const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkCondition(const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);
    bool checkUnevaluated(const SchemaNode &node, SchemaNodeId id, std::uint32_t at, EvaluatedMarks &marks);
    bool isUnique(std::uint32_t at) const;
    bool isName(SchemaNodeId id, std::string_view key);
    bool found(const BoundedRegex &pattern, std::string_view text);
    SchemaNodeId dynamicTarget(const Composition::Dynamic &reference);
    bool fail(SchemaKeyword keyword, SchemaNodeId id, std::uint32_t at, std::uint32_t detail = 0);
    /// Takes from what the evaluation may cost; false when that is used up.
    bool spend(std::uint64_t steps);
    /// As check(), but what fails is forgotten.
    bool probe(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks);

    const CompiledSchema &m_schema;
    const JsonTape *m_tape;
    std::vector<SchemaFailure> &m_failures;
    std::vector<std::uint32_t> m_scope; ///< Resources entered, outermost first; only where it matters.
    std::uint64_t m_stepsLeft;
    int m_depth = 0;
    int m_costlyPatterns = SchemaLimits::costlyPatterns;
    bool m_isUndecided = false;
};

/// Whether a text has this format.
bool hasFormat(SchemaFormat format, std::string_view text);

} // namespace Weir
