#include "core/flags/flagdefinitions.h"

#include "core/flags/compiledflags.h"
#include "core/flags/flagreader.h"
#include "core/flags/jsonmembers.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

using Json = nlohmann::json;

/// Tells where a text stops to be JSON.
struct Locator : nlohmann::json_sax<Json>
{
    std::size_t offset = 0;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t &) override { return true; }
    bool string(string_t &) override { return true; }
    bool binary(binary_t &) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t &) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string &, const Json::exception &) override
    {
        offset = position;
        return false;
    }
};

Error notJson(std::string_view text)
{
    Locator locator;
    Json::sax_parse(text, &locator);
    const std::string_view before = text.substr(0, std::min(locator.offset, text.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0.
    return {Error::Kind::BadInput, "Expected JSON",
        "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineStart)};
}

Error tooDeep()
{
    return {Error::Kind::BadInput,
        "Expected at most " + std::to_string(maxDefinitionsDepth) + " levels of nesting", {}};
}

bool isTooDeep(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString && c == '\\')
            ++i;
        else if (c == '"')
            inString = !inString;
        else if (!inString && (c == '{' || c == '['))
            ++depth;
        else if (!inString && (c == '}' || c == ']'))
            --depth;
        if (depth > maxDefinitionsDepth)
            return true;
    }
    return false;
}

bool isTooDeep(const Json &value, int depth)
{
    if (!value.is_structured())
        return false;
    return depth >= maxDefinitionsDepth
        || std::ranges::any_of(value, [depth](const Json &item) { return isTooDeep(item, depth + 1); });
}

/// Fills in one part of a document after the other; what is wrong goes to `problems`.
class DocumentReader
{
public:
    explicit DocumentReader(const Json &document)
        : m_document(document)
    {
    }

    Result<CompiledFlags> read();

private:
    Result<void> readGroupTypes();
    Result<void> listCohorts();
    void listFlags(const Json &flags);
    void readCohorts();
    void readFlags();
    void orderFlags();
    void orderCohorts();
    void addProblem(Error error) { m_compiled.problems.push_back(std::move(error)); }

    const Json &m_document;
    CompiledFlags m_compiled;
    FlagReferences m_references;
    std::vector<const Json *> m_flags, m_cohorts; ///< By index.
    std::vector<std::string> m_flagPlaces, m_cohortPlaces; ///< "flags[3] (beta-search)"
};

Result<CompiledFlags> DocumentReader::read()
{
    if (!m_document.is_object())
        return wrongType("an object", {});
    const Json *flags = memberOf(m_document, "flags");
    if (!flags || !flags->is_array())
        return wrongType("an array", "flags");
    WEIR_TRY(const auto version, integerMember(m_document, "property_matching_version"));
    m_references.matchingVersion = version.value_or(1) == 2 ? 2 : 1;
    if (const auto read = readGroupTypes(); !read)
        return read.error();
    if (const auto listed = listCohorts(); !listed)
        return listed.error();
    listFlags(*flags);
    readCohorts();
    orderCohorts();
    readFlags();
    orderFlags();
    return std::move(m_compiled);
}

Result<void> DocumentReader::readGroupTypes()
{
    const auto mapping = objectMember(m_document, "group_type_mapping");
    if (!mapping)
        return mapping.error();
    for (const auto &[index, name] : (*mapping)->items()) {
        int number = 0;
        const auto end = std::from_chars(index.data(), index.data() + index.size(), number);
        if (end.ec != std::errc() || end.ptr != index.data() + index.size() || !name.is_string())
            addProblem({Error::Kind::BadInput, "Expected the name of a group type for its index",
                "group_type_mapping › " + index});
        else
            m_compiled.groupTypes[number] = name.get<std::string>();
    }
    return {};
}

Result<void> DocumentReader::listCohorts()
{
    const auto cohorts = objectMember(m_document, "cohorts");
    if (!cohorts)
        return cohorts.error();
    for (const auto &[id, cohort] : (*cohorts)->items()) {
        m_references.cohorts.emplace(id, m_cohorts.size());
        m_cohorts.push_back(&cohort);
        m_cohortPlaces.push_back("cohorts › " + id);
    }
    return {};
}

void DocumentReader::listFlags(const Json &flags)
{
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const std::string place = "flags[" + std::to_string(i) + "]";
        auto info = readFlagInfo(flags[i]);
        if (!info) {
            addProblem(within(place, std::move(info).error()));
            continue;
        }
        const auto [known, isNew] = m_compiled.flagByKey.emplace(info->key, m_flags.size());
        if (!isNew) {
            addProblem({Error::Kind::BadInput, "This key stands here twice; the later one counts", place});
            m_flags[known->second] = &flags[i];
            m_flagPlaces[known->second] = place + " (" + info->key + ")";
            m_compiled.infos[known->second] = *std::move(info);
            continue;
        }
        m_flags.push_back(&flags[i]);
        m_flagPlaces.push_back(place + " (" + info->key + ")");
        m_compiled.infos.push_back(*std::move(info));
    }
    m_references.flags = m_compiled.flagByKey;
    // The management interface names dependencies by id. A key that looks like one goes first.
    for (std::size_t i = 0; i < m_compiled.infos.size(); ++i)
        m_references.flags.emplace(std::to_string(m_compiled.infos[i].id), i);
}

void DocumentReader::readCohorts()
{
    for (std::size_t i = 0; i < m_cohorts.size(); ++i) {
        auto cohort = readCohort(*m_cohorts[i], m_references);
        if (cohort) {
            m_compiled.cohorts.push_back(*std::move(cohort));
            continue;
        }
        Error error = within(m_cohortPlaces[i], std::move(cohort).error());
        m_compiled.cohorts.push_back({toText(error), {}, {}});
        addProblem(std::move(error));
    }
}

void DocumentReader::readFlags()
{
    for (std::size_t i = 0; i < m_flags.size(); ++i) {
        FlagInfo &info = m_compiled.infos[i];
        auto flag = readFlag(*m_flags[i], info, m_references);
        if (flag) {
            if (!info.isActive || info.isDeleted)
                flag->dependencies.clear(); // It is off whatever they give, so it closes no circle either.
            m_compiled.flags.push_back(*std::move(flag));
            continue;
        }
        m_compiled.flags.emplace_back();
        info.problem = within(m_flagPlaces[i], std::move(flag).error());
        addProblem(*info.problem);
    }
}

void DocumentReader::orderFlags()
{
    const auto dependenciesOf = [this](std::size_t i) -> const auto &
    {
        return m_compiled.flags[i].dependencies;
    };
    m_compiled.flagOrder = dependenciesFirst(m_compiled.flags.size(), dependenciesOf);
    std::vector<bool> isOrdered(m_compiled.flags.size());
    for (const std::size_t i : m_compiled.flagOrder)
        isOrdered[i] = true;
    for (std::size_t i = 0; i < isOrdered.size(); ++i) {
        if (isOrdered[i])
            continue;
        m_compiled.infos[i].problem = Error{
            Error::Kind::BadInput, "The flags that it depends on go round in a circle", m_flagPlaces[i]};
        addProblem(*m_compiled.infos[i].problem);
    }
}

void DocumentReader::orderCohorts()
{
    auto &cohorts = m_compiled.cohorts;
    m_compiled.cohortOrder = dependenciesFirst(
        cohorts.size(), [&](std::size_t i) -> const auto & { return cohorts[i].dependencies; });
    std::vector<bool> isOrdered(cohorts.size());
    for (const std::size_t i : m_compiled.cohortOrder)
        isOrdered[i] = true;
    for (std::size_t i = 0; i < cohorts.size(); ++i) {
        if (isOrdered[i])
            continue;
        Error error{
            Error::Kind::BadInput, "The cohorts that it is made of go round in a circle", m_cohortPlaces[i]};
        cohorts[i].problem = toText(error);
        addProblem(std::move(error));
    }
}

} // namespace

FlagDefinitions::FlagDefinitions()
    : m_compiled(std::make_shared<const CompiledFlags>())
{
}

FlagDefinitions::FlagDefinitions(std::shared_ptr<const CompiledFlags> compiled)
    : m_compiled(std::move(compiled))
{
}

Result<FlagDefinitions> FlagDefinitions::parse(std::string_view json)
{
    if (json.size() > maxDefinitionsBytes)
        return Error{Error::Kind::BadInput,
            "Expected at most " + std::to_string(maxDefinitionsBytes >> 20) + " MB of definitions", {}};
    if (isTooDeep(json))
        return tooDeep();
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded())
        return notJson(json);
    return read(document);
}

Result<FlagDefinitions> FlagDefinitions::read(const Json &document)
{
    if (isTooDeep(document, 0))
        return tooDeep();
    WEIR_TRY(auto compiled, DocumentReader(document).read());
    return FlagDefinitions(std::make_shared<const CompiledFlags>(std::move(compiled)));
}

std::span<const FlagInfo> FlagDefinitions::flags() const
{
    return m_compiled->infos;
}

const FlagInfo *FlagDefinitions::find(std::string_view key) const
{
    const auto found = m_compiled->flagByKey.find(std::string(key));
    return found == m_compiled->flagByKey.end() ? nullptr : &m_compiled->infos[found->second];
}

const std::string *FlagDefinitions::payload(std::string_view key, const FlagValue &value) const
{
    const auto found = m_compiled->flagByKey.find(std::string(key));
    if (found == m_compiled->flagByKey.end())
        return nullptr;
    const FlagInfo &info = m_compiled->infos[found->second];
    const auto &payloads = m_compiled->flags[found->second].payloads;
    const auto payload = payloads.find(toText(value));
    return info.isActive && !info.isDeleted && payload != payloads.end() ? &payload->second : nullptr;
}

std::span<const Error> FlagDefinitions::problems() const
{
    return m_compiled->problems;
}

} // namespace Weir
