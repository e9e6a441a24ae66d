#include "core/schema/jsonschema/jsonschema.h"

#include "core/schema/jsonschema/compiledschema.h"
#include "core/schema/jsonschema/schemacompiler.h"
#include "core/schema/jsonschema/schemaevaluator.h"

#include <functional>

namespace Weir {

std::uint32_t NameTable::find(std::string_view name) const
{
    if (m_slots.empty())
        return none;
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t slot = std::hash<std::string_view>()(name) & mask;; slot = (slot + 1) & mask) {
        if (m_slots[slot] == 0)
            return none;
        if (m_names[m_slots[slot] - 1] == name)
            return m_slots[slot] - 1;
    }
}

std::uint32_t NameTable::add(std::string_view name)
{
    if (const std::uint32_t known = find(name); known != none)
        return known;
    m_names.push_back(name);
    // Never more than half full, so that what is not there is told soon.
    rehash(
        m_names.size() * 2 > m_slots.size() ? std::max<std::size_t>(8, m_slots.size() * 2) : m_slots.size());
    return size() - 1;
}

void NameTable::rehash(std::size_t slotCount)
{
    const bool isGrown = slotCount != m_slots.size();
    if (isGrown)
        m_slots.assign(slotCount, 0);
    for (std::uint32_t at = isGrown ? 0 : size() - 1; at < size(); ++at) {
        std::size_t slot = std::hash<std::string_view>()(m_names[at]) & (slotCount - 1);
        while (m_slots[slot] != 0)
            slot = (slot + 1) & (slotCount - 1);
        m_slots[slot] = at + 1;
    }
}

JsonSchema::JsonSchema(std::shared_ptr<const CompiledSchema> compiled)
    : m_compiled(std::move(compiled))
{
}

Result<JsonSchema> JsonSchema::compile(std::vector<Source> documents, const Options &options)
{
    auto compiled = std::make_shared<CompiledSchema>();
    std::size_t bytes = 0;
    for (Source &source : documents) {
        SchemaDocument &document = compiled->documents.emplace_back();
        document.uri = std::move(source.uri);
        document.text = std::move(source.text);
        document.origin = source.origin;
        document.label = std::move(source.label);
        const std::string place = document.uri.empty() ? "" : document.uri + ", ";
        bytes += document.text.size();
        if (bytes > SchemaLimits::documentBytes)
            return Error{Error::Kind::BadInput, "Schemas of more than 16 MB are not read", document.uri};
        if (const auto read = readWithPosition(document.tape, document.text); !read) {
            Error error = read.error();
            error.where = place + error.where;
            return error;
        }
        document.tape.settle();
    }
    if (compiled->documents.empty())
        return Error{Error::Kind::BadInput, "Expected a schema", {}};
    SchemaCompiler compiler(*compiled, options);
    if (const auto done = compiler.compile(); !done)
        return done.error();
    return JsonSchema(std::move(compiled));
}

Result<JsonSchema> JsonSchema::compile(std::string text, const Options &options)
{
    return compile({{{}, std::move(text)}}, options);
}

SchemaVerdict JsonSchema::evaluate(
    const JsonTape &instance, std::uint32_t at, std::vector<SchemaFailure> &failures) const
{
    return SchemaEvaluator(*m_compiled, instance, failures).run(at);
}

} // namespace Weir
