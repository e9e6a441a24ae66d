// Measures the store alone: insert rates beside raw SQLite, growth, search and paging. Not a test: prints a
// table.
//
//     bench_store write [FOLDER]          rows/s of raw inserts and of the writer, in batches of 32, 256,
//     4096 bench_store grow FILE EVENTS        insert rate for each million, ids random bench_store read FILE
//     search, paging and lists on a file that `grow` made bench_store bodies                  bytes and time
//     of a body with and without the dictionary
#include "bench/samples.h"
#include "core/event/bodycodec.h"
#include "core/store/sessionfile.h"
#include "core/store/sessionreader.h"

#include <sqlite3.h>
#include <zstd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string>

namespace {

using namespace Weir;
using Steady = std::chrono::steady_clock;

/// Of this thread, so that what else runs on the machine does not count.
double cpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Rate
{
    double rows = 0; ///< A second, by the clock on the wall.
    double cpu = 0; ///< Seconds of this thread.
};

double seconds(Steady::time_point since)
{
    return std::chrono::duration<double>(Steady::now() - since).count();
}

std::vector<const CapturedRequest *> pointers(
    const QList<CapturedRequest> &requests, qsizetype from, qsizetype count)
{
    std::vector<const CapturedRequest *> group;
    for (qsizetype i = from; i < std::min(from + count, requests.size()); ++i)
        group.push_back(&requests[i]);
    return group;
}

long residentKb()
{
    long pages = 0, resident = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2)
            resident = 0;
        std::fclose(file);
    }
    return resident * 4;
}

void fail(const Error &error)
{
    std::fprintf(stderr, "bench_store: %s\n", toText(error).c_str());
    std::exit(1);
}

void dropFile(const std::string &path)
{
    for (const char *end : {"", "-wal", "-shm"})
        std::filesystem::remove(path + end);
}

/// The same rows by plain SQLite: two prepared statements, ids as integers, 1,000 requests' rows a
/// transaction.
Rate rawRows(const std::string &path, const QList<CapturedRequest> &requests)
{
    dropFile(path);
    sqlite3 *db = nullptr;
    sqlite3_open_v2(
        path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    sqlite3_exec(db,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE request(id INTEGER PRIMARY KEY, "
        "received_at, "
        "method, target, head, peer, body, form, bytes, source, state, status); CREATE TABLE event(id "
        "INTEGER PRIMARY "
        "KEY, request, name, uuid, trace, user, workspace, session, timestamp, duration, offset, length, "
        "source, type, "
        "notices); CREATE INDEX event_trace ON event(trace); CREATE INDEX event_name ON event(name)",
        nullptr, nullptr, nullptr);
    sqlite3_stmt *r = nullptr, *e = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO request VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", -1, &r, nullptr);
    sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &e, nullptr);
    const auto text = [](sqlite3_stmt *s, int at, const std::string &value) {
        sqlite3_bind_text(s, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    };
    const auto blob = [](sqlite3_stmt *s, int at, const QByteArray &value) {
        sqlite3_bind_blob(s, at, value.constData(), static_cast<int>(value.size()), SQLITE_STATIC);
    };
    std::int64_t request = 0, event = 0, rows = 0, inTransaction = 0;
    const double cpu = cpuSeconds();
    const auto start = Steady::now();
    sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
    for (const CapturedRequest &one : requests) {
        sqlite3_bind_int64(r, 1, ++request);
        sqlite3_bind_int64(r, 2, toMs(one.receivedAt));
        text(r, 3, one.method);
        text(r, 4, one.target);
        blob(r, 5, one.head);
        text(r, 6, one.peer);
        blob(r, 7, one.body);
        sqlite3_bind_int64(r, 8, static_cast<int>(one.bodyForm));
        sqlite3_bind_int64(r, 9, one.bodyBytes);
        sqlite3_bind_int64(r, 10, 1);
        sqlite3_bind_int64(r, 11, 0);
        sqlite3_bind_int64(r, 12, 200);
        sqlite3_step(r);
        sqlite3_reset(r);
        for (const Event &row : one.events) {
            sqlite3_bind_int64(e, 1, ++event);
            sqlite3_bind_int64(e, 2, request);
            text(e, 3, row.name);
            text(e, 4, row.uuid);
            text(e, 5, row.traceId);
            text(e, 6, row.userId);
            text(e, 7, row.workspaceId);
            text(e, 8, row.sessionId);
            sqlite3_bind_int64(e, 9, toMs(row.timestamp));
            sqlite3_bind_double(e, 10, row.durationMs.value_or(0));
            sqlite3_bind_int64(e, 11, row.offset);
            sqlite3_bind_int64(e, 12, row.length);
            sqlite3_bind_int64(e, 13, 1);
            sqlite3_bind_int64(e, 14, 0);
            sqlite3_bind_int64(e, 15, row.notices);
            sqlite3_step(e);
            sqlite3_reset(e);
        }
        rows += 1 + static_cast<std::int64_t>(one.events.size());
        if ((inTransaction += 1 + static_cast<std::int64_t>(one.events.size())) >= 1000) {
            inTransaction = 0;
            sqlite3_exec(db, "COMMIT; BEGIN", nullptr, nullptr, nullptr);
        }
    }
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    const Rate rate{static_cast<double>(rows) / seconds(start), cpuSeconds() - cpu};
    sqlite3_finalize(r);
    sqlite3_finalize(e);
    sqlite3_close(db);
    return rate;
}

Rate writerRows(const std::string &path, const QList<CapturedRequest> &requests, int rowsPerBatch)
{
    dropFile(path);
    WriterOptions options;
    options.path = path;
    auto file = SessionFile::open(options);
    if (!file)
        fail(file.error());
    const auto each = static_cast<qsizetype>(1 + requests.first().events.size());
    const qsizetype group = std::max<qsizetype>(1, rowsPerBatch / each);
    const double cpu = cpuSeconds();
    const auto start = Steady::now();
    for (qsizetype i = 0; i < requests.size(); i += group) {
        if (const auto commit = (*file)->write(pointers(requests, i, group)); !commit)
            fail(commit.error());
    }
    return {static_cast<double>(requests.size() * each) / seconds(start), cpuSeconds() - cpu};
}

void benchWrite(const std::string &folder)
{
    BodyCompressor compressor;
    const std::string path = folder + "/bench_store.weir";
    std::printf("%-28s %12s %10s %14s %14s\n", "", "rows/s", "of raw", "us an event", "cpu us an event");
    for (const int eventsEach : {1, 20}) {
        const auto requests
            = SampleRequests(1).next(eventsEach == 1 ? 100000 : 10000, eventsEach, compressor);
        const double events = static_cast<double>(requests.size()) * eventsEach;
        const double rows = static_cast<double>(requests.size()) * (1 + eventsEach);
        const Rate raw = rawRows(path, requests);
        const auto print = [&](const char *who, int batch, const Rate &rate) {
            std::printf("%2d a request, %-6s %4d    %12.0f %10.2f %14.2f %14.2f   %.0f bytes an event\n",
                eventsEach, who, batch, rate.rows, rate.rows / raw.rows, rows / rate.rows / events * 1e6,
                rate.cpu / events * 1e6, static_cast<double>(std::filesystem::file_size(path)) / events);
        };
        print("raw", 1000, raw);
        for (const int batch : {32, 256, 1000, 4096})
            print("writer", batch, writerRows(path, requests, batch));
    }
    dropFile(path);
}

void benchGrow(const std::string &path, std::int64_t events)
{
    BodyCompressor compressor;
    SampleRequests samples(7);
    WriterOptions options;
    options.path = path;
    auto file = SessionFile::open(options);
    if (!file)
        fail(file.error());
    constexpr int step = 4096, group = 256;
    double spent = 0;
    std::int64_t done = 0, shown = 0;
    while (done < events) {
        const auto requests = samples.next(step, 1, compressor);
        const auto start = Steady::now();
        for (qsizetype i = 0; i < requests.size(); i += group) {
            if (const auto commit = (*file)->write(pointers(requests, i, group)); !commit)
                fail(commit.error());
        }
        spent += seconds(start);
        done += step;
        if (done - shown >= 1000000 || done >= events) {
            std::printf("%9lld events: %8.0f events/s, %4.0f bytes an event, %ld KB resident\n",
                static_cast<long long>(done), static_cast<double>(done - shown) / spent,
                static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(done),
                residentKb());
            std::fflush(stdout);
            shown = done;
            spent = 0;
        }
    }
}

void benchBodies()
{
    BodyCompressor none;
    struct Sample
    {
        QByteArray wire;
    };
    std::printf("see tests/core/event/tst_bodycodec for the round trip\n");
    for (const int eventsEach : {1, 20}) {
        BodyCompressor compressor;
        BodyDecompressor decompressor;
        decompressor.addDictionary(bodyDictionary, bodyDictionaryBytes());
        std::vector<QByteArray> wires;
        for (const auto &request : SampleRequests(3).next(5000, eventsEach, compressor))
            wires.push_back(*decompressor.decompress(
                request.body, request.bodyForm, request.dictionary, request.bodyBytes));
        std::size_t plain = 0, with = 0, without = 0;
        auto start = Steady::now();
        std::vector<BodyCompressor::Stored> stored;
        for (const auto &wire : wires)
            stored.push_back(compressor.compress(wire));
        const double withTime = seconds(start);
        for (std::size_t i = 0; i < wires.size(); ++i) {
            plain += static_cast<std::size_t>(wires[i].size());
            with += static_cast<std::size_t>(stored[i].bytes.size());
        }
        ZSTD_CCtx *context = ZSTD_createCCtx();
        std::vector<char> buffer(ZSTD_compressBound(1 << 20));
        start = Steady::now();
        for (const auto &wire : wires)
            without += ZSTD_compressCCtx(context, buffer.data(), buffer.size(), wire.constData(),
                static_cast<std::size_t>(wire.size()), 1);
        const double withoutTime = seconds(start);
        ZSTD_freeCCtx(context);
        start = Steady::now();
        for (std::size_t i = 0; i < wires.size(); ++i)
            (void)decompressor.decompress(stored[i].bytes, stored[i].form, stored[i].dictionary,
                static_cast<std::uint32_t>(wires[i].size()));
        const double back = seconds(start);
        const double n = static_cast<double>(wires.size());
        std::printf("%2d events: %.0f bytes; dictionary %.0f bytes, %.2f us, back %.2f us; without %.0f "
                    "bytes, %.2f us\n",
            eventsEach, static_cast<double>(plain) / n, static_cast<double>(with) / n, withTime / n * 1e6,
            back / n * 1e6, static_cast<double>(without) / n, withoutTime / n * 1e6);
    }
}

template <typename Work> void timed(const char *what, int times, Work work)
{
    const double cpu = cpuSeconds();
    const auto start = Steady::now();
    for (int i = 0; i < times; ++i)
        work();
    std::printf("%-52s %10.3f ms %10.3f ms cpu\n", what, seconds(start) / times * 1e3,
        (cpuSeconds() - cpu) / times * 1e3);
}

void benchRead(const std::string &path)
{
    auto opened = SessionReader::open(path);
    if (!opened)
        fail(opened.error());
    SessionReader &reader = **opened;
    std::int64_t events = 0;
    timed("summary", 100, [&] { events = reader.summary()->events; });
    std::printf("%lld events, %ld KB resident\n", static_cast<long long>(events), residentKb());
    EventPageRequest page;
    page.limit = 60;
    page.after = EventId{events / 2};
    timed("page of 60 in the middle, with payloads", 100, [&] { (void)reader.events(page); });
    std::vector<EventId> ids;
    for (std::int64_t id = events / 3; id < events / 3 + 60; ++id)
        ids.push_back(EventId{id});
    timed("60 rows with summaries", 100, [&] { (void)reader.eventRows(ids); });
    const auto summary = *reader.summary();
    const TraceRow last{summary.traceRanges.back().last};
    timed("lane of a trace", 100, [&] { (void)reader.lanes({last}, 196); });
    timed("histogram of everything", 10,
        [&] { (void)reader.histogram(*summary.firstAt, *summary.lastAt, 240); });
    EventFilter name;
    name.names = {"tool_used"};
    EventPageRequest byName = page;
    byName.filter = name;
    timed("page by name", 20, [&] { (void)reader.events(byName); });
    const auto scan = [&](const EventFilter &filter, std::int64_t limit) {
        return [&, filter, limit] {
            const auto hits = reader.scan(
                {filter, EventPageRequest::Order::Descending, {}, limit}, [](const ScanProgress &) {});
            if (!hits)
                fail(hits.error());
        };
    };
    EventFilter common, absent, notice;
    common.text = "ledger";
    absent.text = "no such text";
    notice.notices = static_cast<Notices>(Notice::Duplicate);
    timed("newest 100 of a common word", 10, scan(common, 100));
    timed("a text that is nowhere, all events", 1, scan(absent, 0));
    timed("a column, all events", 1, scan(notice, 0));
    timed("a name, all events", 1, scan(name, 0));
    std::printf("%ld KB resident\n", residentKb());
}

} // namespace

int main(int argc, char **argv)
{
    const std::string mode = argc > 1 ? argv[1] : "write";
    if (mode == "write")
        benchWrite(argc > 2 ? argv[2] : ".");
    else if (mode == "grow" && argc > 3)
        benchGrow(argv[2], std::atoll(argv[3]));
    else if (mode == "read" && argc > 2)
        benchRead(argv[2]);
    else if (mode == "bodies")
        benchBodies();
    else
        return 2;
    return 0;
}
