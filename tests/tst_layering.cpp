#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

/// What the files of one folder may include beside their own folder. ARCHITECTURE.md draws the same house.
/// A new arrow is a row changed here, in a commit of its own.
struct Room
{
    const char *folder;
    const char *mayInclude; ///< Folders, blank-separated; each stands for what lies under it, too.
};

// The first row whose folder holds a file decides, so inner folders come before outer ones.
constexpr Room house[] = {
    {"core/base", ""},
    {"core/http", "core/base"},
    {"core/event", "core/base"},
    {"core/flags", "core/base core/event"},
    {"core/schema/jsonschema", "core/base"},
    {"core/schema/warehouse", "core/base"},
    {"core/schema", "core/base core/event core/schema/jsonschema core/schema/warehouse"},
    {"core/capture", "core/base core/event core/flags core/http core/schema"},
    {"core/store/sqlite", "core/base"},
    {"core/store", "core/base core/event core/flags core/schema core/store/sqlite"},
    {"core/verify", "core/base core/event core/schema core/store"},
    {"core/automation", "core/base core/event core/flags core/http core/schema core/store"},
    {"ui/theme", "core/base core/event"},
    {"ui/models", "core/base core/event core/flags core/store"},
    {"ui/delegates", "core/base core/event core/flags core/store ui/models ui/theme"},
    {"ui/panels", "core/base core/event core/flags core/store ui/models ui/delegates ui/theme"},
    {"ui/window", "core/base core/event core/flags core/store ui"},
    {"app", "core ui"},
    {"bench", "core ui app bench"},
    {"tests", "core ui app tests"},
};

/// Folders that only their parent looks into, whatever else the table allows.
constexpr Room closed[] = {
    {"core/store/sqlite", "core/store tests/core/store bench"},
};

bool isUnder(const QString &path, const QString &folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

bool isUnderAny(const QString &path, const char *folders)
{
    for (const QString &folder : QString::fromLatin1(folders).split(u' ', Qt::SkipEmptyParts)) {
        if (isUnder(path, folder))
            return true;
    }
    return false;
}

const Room *roomOf(const QString &file)
{
    for (const Room &room : house) {
        if (isUnder(file, QString::fromLatin1(room.folder)))
            return &room;
    }
    return nullptr;
}

bool qtModuleHas(const QString &module, const QString &header)
{
    return QFile::exists(QLibraryInfo::path(QLibraryInfo::HeadersPath) + u'/' + module + u'/' + header);
}

/// Why `file` may not include <header>; empty: it may.
QString systemObjection(const QString &file, const QString &header)
{
    if (header.startsWith(u"sqlite3"_s) && !isUnderAny(file, "core/store tests bench"))
        return u"only core/store talks to SQLite"_s;
    const bool inCore = isUnder(file, u"core"_s);
    for (const QString &module : {u"QtGui"_s, u"QtWidgets"_s, u"QtSvg"_s}) {
        const bool closedToIt = inCore || (module == "QtWidgets"_L1 && isUnder(file, u"ui/models"_s));
        if (closedToIt && (header.startsWith(module) || qtModuleHas(module, header)))
            return u"%1 is closed to it"_s.arg(module);
    }
    return {};
}

/// Why `file` (rooted at the repository) may not include `header`, given with its quotes or angles; empty: it
/// may.
QString objection(const QString &file, const QString &include)
{
    const QString header = include.mid(1, include.size() - 2);
    const Room *room = roomOf(file);
    if (!room)
        return u"lies in no folder of the house"_s;
    if (header.contains(u".."_s) || header.startsWith(u'/'))
        return u"leaves the repository"_s;
    if (include.startsWith(u'<'))
        return systemObjection(file, header);
    if (header.endsWith(".moc"_L1))
        return {};
    if (!header.contains(u'/'))
        return u"is not rooted at the repository"_s;
    for (const Room &inner : closed) {
        const QString folder = QString::fromLatin1(inner.folder);
        if (isUnder(header, folder) && !isUnder(file, folder) && !isUnderAny(file, inner.mayInclude))
            return u"%1 is closed to it"_s.arg(folder);
    }
    if (isUnder(header, QString::fromLatin1(room->folder)) || isUnderAny(header, room->mayInclude))
        return {};
    return u"%1 has no arrow to it"_s.arg(QString::fromLatin1(room->folder));
}

QStringList includesOf(const QString &path)
{
    // Not a raw string: moc 6.4 loses the class below over a quote inside one.
    static const QRegularExpression line(
        u"^\\s*#\\s*include\\s*(<[^>]+>|\"[^\"]+\")"_s, QRegularExpression::MultilineOption);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QStringList found;
    auto matches = line.globalMatch(QString::fromUtf8(file.readAll()));
    while (matches.hasNext())
        found.append(matches.next().captured(1));
    return found;
}

QStringList sourceFiles()
{
    const QDir root(QStringLiteral(WEIR_SOURCE_DIR));
    QStringList files;
    for (const QString &top : {u"app"_s, u"bench"_s, u"core"_s, u"tests"_s, u"ui"_s}) {
        QDirIterator walk(
            root.filePath(top), {u"*.h"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            const QString file = root.relativeFilePath(walk.next());
            if (!file.contains("node_modules"_L1))
                files.append(file);
        }
    }
    files.sort();
    return files;
}

} // namespace

/// Holds the arrows between the folders: who may include whom.
class TestLayering : public QObject
{
    Q_OBJECT
private slots:
    void objections_data();
    void objections();
    void everyInclude();
};

// The table above is only worth something when the check can fail.
void TestLayering::objections_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("include");
    QTest::addColumn<QString>("reason");

    const auto row = [](const char *file, const char *include, const char *reason) {
        QTest::addRow("%s includes %s", file, include)
            << QString::fromLatin1(file) << QString::fromLatin1(include) << QString::fromLatin1(reason);
    };
    row("core/capture/decoder.cpp", "\"core/event/event.h\"", "");
    row("core/base/error.cpp", "<QString>", "");
    row("ui/models/rows.cpp", "<QColor>", "");
    row("ui/window/mainwindow.cpp", "<QMainWindow>", "");
    row("core/store/eventwriter.cpp", "\"core/store/sqlite/database.h\"", "");
    row("tests/core/store/tst_x.cpp", "\"tst_x.moc\"", "");
    row("core/event/event.cpp", "\"core/store/eventquery.h\"", "core/event has no arrow to it");
    row("core/store/eventwriter.cpp", "\"core/capture/decoder.h\"", "core/store has no arrow to it");
    row("ui/panels/live.cpp", "\"core/http/httpmessage.h\"", "ui/panels has no arrow to it");
    row("ui/models/rows.cpp", "\"ui/theme/theme.h\"", "ui/models has no arrow to it");
    row("app/engine.cpp", "\"core/store/sqlite/database.h\"", "core/store/sqlite is closed to it");
    row("core/event/event.cpp", "<QColor>", "QtGui is closed to it");
    row("core/base/error.cpp", "<QtWidgets/QWidget>", "QtWidgets is closed to it");
    row("ui/models/rows.cpp", "<QWidget>", "QtWidgets is closed to it");
    row("app/main.cpp", "<sqlite3.h>", "only core/store talks to SQLite");
    row("core/event/event.cpp", "\"event.h\"", "is not rooted at the repository");
    row("core/event/event.cpp", "\"../event/event.h\"", "leaves the repository");
    row("attic/old.cpp", "\"core/event/event.h\"", "lies in no folder of the house");
}

void TestLayering::objections()
{
    QFETCH(QString, file);
    QFETCH(QString, include);
    QTEST(objection(file, include), "reason");
}

void TestLayering::everyInclude()
{
    const QStringList files = sourceFiles();
    QVERIFY(files.contains(u"tests/tst_layering.cpp"_s));
    QStringList wrong;
    for (const QString &file : files) {
        for (const QString &include : includesOf(QStringLiteral(WEIR_SOURCE_DIR) + u'/' + file)) {
            const QString reason = objection(file, include);
            if (!reason.isEmpty())
                wrong.append(u"%1 includes %2: %3"_s.arg(file, include, reason));
        }
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
}

QTEST_APPLESS_MAIN(TestLayering)
#include "tst_layering.moc"
