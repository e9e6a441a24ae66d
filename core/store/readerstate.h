#pragma once

#include "core/base/error.h"
#include "core/event/bodycodec.h"
#include "core/event/event.h"
#include "core/store/eventquery.h"
#include "core/store/sqlite/database.h"

#include <QByteArray>
#include <QCache>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

/// What all queries of one SessionReader share: the connection, and texts and bodies read lately. Ids of
/// texts, names and requests are never used twice, so nothing that is remembered here turns wrong.
class ReaderState
{
public:
    explicit ReaderState(std::unique_ptr<Database> database);

    Database &database() { return *m_database; }
    /// A statement, as Database::query().
    Result<Query> query(std::string_view sql) { return m_database->query(sql); }
    /// The reason why the last step() gave no row; success when there was simply none.
    Result<void> stepped() const;

    /// Texts by their ids; 0 is the empty one.
    Result<std::string> text(std::int64_t id);
    Result<std::string> eventName(std::int64_t id);
    Result<Sdk> sdk(std::int64_t id);
    /// All ids under which a text is stored.
    Result<std::vector<std::int64_t>> idsOfText(const std::string &value);

    /// The decoded body that the extents of a request's events refer to. Empty when it is gone or cannot be
    /// read.
    Result<QByteArray> body(std::int64_t request);
    /// The same without remembering it: for searches, which pass each body once.
    Result<QByteArray> readBody(std::int64_t request);
    /// The request whole, with its wire bytes and without events.
    Result<StoredRequest> request(std::int64_t id);
    /// As request(), from the row that `query` of requestSql() stands on.
    Result<StoredRequest> requestOf(const Query &query);
    static constexpr const char *requestColumns
        = "r.id, r.received_at, r.source, r.state, r.answer, r.method, r.target, r.peer, r.head, "
          "r.error_kind, "
          "r.error, r.error_where, r.form, r.dictionary, r.body_bytes, r.body, r.events";

private:
    struct Hints
    {
        std::string type, encoding;
    };
    Result<std::string> head(const Query &query, int column, std::uint32_t bodyBytes);
    Result<QByteArray> wire(std::string_view stored, BodyForm form, int dictionary, std::uint32_t bodyBytes);
    Result<const Hints *> hints(const Query &query, int headColumn);
    Result<void> loadDictionary(int id);

    struct TextIds
    {
        std::vector<std::int64_t> ids;
        std::int64_t upTo = 0;
    };
    std::unique_ptr<Database> m_database;
    BodyDecompressor m_decompressor;
    std::vector<int> m_dictionaries;
    std::unordered_map<std::int64_t, std::string> m_texts, m_names;
    std::unordered_map<std::int64_t, Sdk> m_sdks;
    std::unordered_map<std::int64_t, Hints> m_hints; ///< By text id of the head.
    Hints m_ownHints; ///< Of a head that is not shared.
    std::unordered_map<std::string, TextIds> m_textIds;
    QCache<std::int64_t, QByteArray> m_bodies;
    /// The last body, when it is larger than m_bodies has room for: many events are read from it one by one.
    std::int64_t m_largeRequest = 0;
    QByteArray m_largeBody;
};

/// The bytes of one event within its decoded body; empty when the extent does not fit.
QByteArray payloadOf(const QByteArray &body, std::int64_t offset, std::int64_t length);

} // namespace Weir
