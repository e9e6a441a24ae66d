#include "core/store/readerstate.h"

#include "core/event/payload.h"
#include "core/store/headtext.h"

#include <algorithm>

namespace Weir {

namespace {

constexpr qsizetype rememberedBodyBytes = 8 << 20;
constexpr std::size_t rememberedTexts = 16384;

std::string_view trimmed(std::string_view text)
{
    const std::size_t from = text.find_first_not_of(" \t\r");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

bool isHeader(std::string_view line, std::string_view lowerName)
{
    if (line.size() <= lowerName.size() || line[lowerName.size()] != ':')
        return false;
    return std::equal(lowerName.begin(), lowerName.end(), line.begin(),
        [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
}

/// The value of the first header of this name, as the door gives it to the decoder.
std::string headerValue(std::string_view head, std::string_view lowerName)
{
    while (!head.empty()) {
        const std::size_t end = head.find('\n');
        const std::string_view line = head.substr(0, end);
        if (isHeader(line, lowerName))
            return std::string(trimmed(line.substr(lowerName.size() + 1)));
        if (end == std::string_view::npos)
            break;
        head.remove_prefix(end + 1);
    }
    return {};
}

} // namespace

ReaderState::ReaderState(std::unique_ptr<Database> database)
    : m_database(std::move(database))
    , m_bodies(rememberedBodyBytes)
{
}

Result<void> ReaderState::stepped() const
{
    if (m_database->trouble() != StorageTrouble::None)
        return m_database->error();
    return {};
}

Result<std::string> ReaderState::text(std::int64_t id)
{
    if (id == 0)
        return std::string();
    if (const auto known = m_texts.find(id); known != m_texts.end())
        return known->second;
    WEIR_TRY(Query select, query("SELECT value FROM text WHERE id = ?1"));
    select->bind(1, id);
    if (!select->step()) {
        if (auto done = stepped(); !done)
            return done.error();
        return std::string();
    }
    if (m_texts.size() >= rememberedTexts)
        m_texts.clear();
    return m_texts.emplace(id, select->text(0)).first->second;
}

Result<std::string> ReaderState::eventName(std::int64_t id)
{
    if (const auto known = m_names.find(id); known != m_names.end())
        return known->second;
    WEIR_TRY(Query select, query("SELECT name FROM name WHERE id = ?1"));
    select->bind(1, id);
    if (!select->step())
        return m_database->trouble() == StorageTrouble::None ? Result<std::string>(std::string())
                                                             : Result<std::string>(m_database->error());
    if (m_names.size() >= rememberedTexts)
        m_names.clear();
    return m_names.emplace(id, select->text(0)).first->second;
}

Result<Sdk> ReaderState::sdk(std::int64_t id)
{
    if (id == 0)
        return Sdk();
    if (const auto known = m_sdks.find(id); known != m_sdks.end())
        return known->second;
    WEIR_TRY(Query select, query("SELECT name, version FROM sdk WHERE id = ?1"));
    select->bind(1, id);
    if (!select->step())
        return m_database->trouble() == StorageTrouble::None ? Result<Sdk>(Sdk())
                                                             : Result<Sdk>(m_database->error());
    if (m_sdks.size() >= rememberedTexts)
        m_sdks.clear();
    return m_sdks.emplace(id, Sdk{select->text(0), select->text(1)}).first->second;
}

Result<std::vector<std::int64_t>> ReaderState::idsOfText(const std::string &value)
{
    if (m_textIds.size() > 64)
        m_textIds.clear();
    TextIds &known = m_textIds[value];
    // Ids rise and are not used twice, so only what is new since the last question is looked at.
    WEIR_TRY(const auto last, m_database->integer("SELECT ifnull(max(id), 0) FROM text"));
    WEIR_TRY(Query select, query("SELECT id FROM text WHERE id > ?1 AND id <= ?2 AND value = ?3"));
    select->bind(1, known.upTo);
    select->bind(2, last);
    select->bindText(3, value);
    std::vector<std::int64_t> fresh;
    while (select->step())
        fresh.push_back(select->integer(0));
    if (auto done = stepped(); !done)
        return done.error();
    known.ids.insert(known.ids.end(), fresh.begin(), fresh.end());
    known.upTo = std::max(known.upTo, last);
    return known.ids;
}

Result<void> ReaderState::loadDictionary(int id)
{
    if (id == 0 || std::find(m_dictionaries.begin(), m_dictionaries.end(), id) != m_dictionaries.end())
        return {};
    WEIR_TRY(Query select, query("SELECT bytes FROM dictionary WHERE id = ?1"));
    select->bind(1, std::int64_t(id));
    if (!select->step())
        return Error{
            Error::Kind::Storage, "The session lacks the dictionary of a stored body", m_database->path()};
    const std::string_view bytes = select->bytes(0);
    m_decompressor.addDictionary(id, QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    m_dictionaries.push_back(id);
    return {};
}

Result<QByteArray> ReaderState::wire(
    std::string_view stored, BodyForm form, int dictionary, std::uint32_t bodyBytes)
{
    if (auto loaded = loadDictionary(dictionary); !loaded)
        return loaded.error();
    const auto size = static_cast<qsizetype>(stored.size());
    if (form == BodyForm::AsSent)
        return QByteArray(stored.data(), size); // The row's memory goes with the next step.
    return m_decompressor.decompress(
        QByteArray::fromRawData(stored.data(), size), form, dictionary, bodyBytes);
}

Result<std::string> ReaderState::head(const Query &query, int column, std::uint32_t bodyBytes)
{
    if (query->isBlob(column))
        return query->text(column);
    WEIR_TRY(const auto shared, text(query->integer(column)));
    return headWithLength(shared, bodyBytes);
}

Result<const ReaderState::Hints *> ReaderState::hints(const Query &query, int headColumn)
{
    const auto parse = [](std::string_view head) {
        return Hints{headerValue(head, "content-type"), headerValue(head, "content-encoding")};
    };
    if (query->isBlob(headColumn)) {
        m_ownHints = parse(query->bytes(headColumn));
        return &std::as_const(m_ownHints);
    }
    const std::int64_t id = query->integer(headColumn);
    if (const auto known = m_hints.find(id); known != m_hints.end())
        return &std::as_const(known->second);
    WEIR_TRY(const auto shared, text(id));
    if (m_hints.size() >= rememberedTexts)
        m_hints.clear();
    return &std::as_const(m_hints.emplace(id, parse(shared)).first->second);
}

Result<QByteArray> ReaderState::readBody(std::int64_t request)
{
    WEIR_TRY(Query select,
        query("SELECT method, target, head, form, dictionary, body_bytes, body FROM request WHERE id = ?1"));
    select->bind(1, request);
    if (!select->step()) {
        if (auto done = stepped(); !done)
            return done.error();
        return QByteArray();
    }
    WEIR_TRY(const auto method, text(select->integer(0)));
    WEIR_TRY(const auto target, text(select->integer(1)));
    WEIR_TRY(const Hints *hint, hints(select, 2));
    WEIR_TRY(const auto bytes,
        wire(select->bytes(6), static_cast<BodyForm>(select->integer(3)),
            static_cast<int>(select->integer(4)), static_cast<std::uint32_t>(select->integer(5))));
    auto decoded = decodedBody(bytes, {method, target, hint->type, hint->encoding});
    return decoded ? *std::move(decoded) : QByteArray();
}

Result<QByteArray> ReaderState::body(std::int64_t request)
{
    if (const QByteArray *known = m_bodies.object(request))
        return *known;
    if (request == m_largeRequest)
        return m_largeBody;
    WEIR_TRY(const auto decoded, readBody(request));
    const bool isLarge = decoded.size() > m_bodies.maxCost();
    m_largeRequest = isLarge ? request : 0;
    m_largeBody = isLarge ? decoded : QByteArray();
    if (isLarge)
        return decoded;
    m_bodies.insert(request, new QByteArray(decoded), std::max<qsizetype>(1, decoded.size()));
    return decoded;
}

Result<StoredRequest> ReaderState::request(std::int64_t id)
{
    static const std::string sql
        = std::string("SELECT ") + requestColumns + " FROM request r WHERE r.id = ?1";
    WEIR_TRY(Query select, query(sql));
    select->bind(1, id);
    if (!select->step()) {
        if (auto done = stepped(); !done)
            return done.error();
        return Error{Error::Kind::NotFound, "There is no request " + std::to_string(id), {}};
    }
    return requestOf(select);
}

Result<StoredRequest> ReaderState::requestOf(const Query &query)
{
    StoredRequest stored;
    CapturedRequest &request = stored.request;
    request.id = RequestId{query->integer(0)};
    request.receivedAt = fromMs(query->integer(1));
    request.source = static_cast<Source>(query->integer(2));
    request.state = static_cast<RequestState>(query->integer(3));
    request.answerStatus = static_cast<int>(query->integer(4));
    request.bodyBytes = static_cast<std::uint32_t>(query->integer(14));
    WEIR_TRY(request.method, text(query->integer(5)));
    WEIR_TRY(request.target, text(query->integer(6)));
    WEIR_TRY(request.peer, text(query->integer(7)));
    WEIR_TRY(const auto headText, head(query, 8, request.bodyBytes));
    request.head = QByteArray::fromStdString(headText);
    if (!query->isNull(9)) {
        request.error = {static_cast<Error::Kind>(query->integer(9)), query->text(10), query->text(11)};
    }
    WEIR_TRY(request.body,
        wire(query->bytes(15), static_cast<BodyForm>(query->integer(12)),
            static_cast<int>(query->integer(13)), request.bodyBytes));
    stored.eventCount = query->integer(16);
    return stored;
}

QByteArray payloadOf(const QByteArray &body, std::int64_t offset, std::int64_t length)
{
    if (offset < 0 || length < 0 || offset + length > body.size())
        return {};
    return body.mid(static_cast<qsizetype>(offset), static_cast<qsizetype>(length));
}

} // namespace Weir
