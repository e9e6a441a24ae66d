#include "app/scenefile.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

FlagScene sceneOf(const char *name, const char *key)
{
    FlagScene scene;
    scene.name = name;
    FlagOverride override;
    override.key = key;
    override.value = FlagValue::on();
    override.scene = name;
    scene.overrides.push_back(override);
    return scene;
}

} // namespace

class TestSceneFile : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void isWrittenForPeople();
    void keepsPayloads();
    void savesRenamesAndRemoves();
    void refuses();
    void followsEditors_data();
    void followsEditors();
    void appearsLater();
    void keepsTheLastGoodScenes();
    void isNotWrittenOverWhenBroken();
    void losesNoChangeOfOthers();

private:
    QString path() const { return m_folder->filePath(u"config/weir/scenes.json"_s); }
    void write(const QByteArray &text) const;
    QByteArray text() const;
    QString names() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SceneFile> m_file;
};

void TestSceneFile::init()
{
    m_file.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_file = std::make_unique<SceneFile>(path().toStdString());
}

void TestSceneFile::write(const QByteArray &text) const
{
    QDir().mkpath(QFileInfo(path()).absolutePath());
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

QByteArray TestSceneFile::text() const
{
    QFile file(path());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no file");
}

QString TestSceneFile::names() const
{
    QStringList names;
    for (const FlagScene &scene : m_file->scenes())
        names << QString::fromStdString(scene.name);
    return names.join(u' ');
}

void TestSceneFile::isWrittenForPeople()
{
    FlagScene scene = sceneOf("one", "b");
    scene.note = "For \"Friday\"";
    scene.overrides.push_back(scene.overrides.front());
    scene.overrides.back().key = "a";
    scene.overrides.back().value = FlagValue::of("v2");
    scene.overrides.back().payload = "{\"n\": 1.50}";
    scene.overrides.back().scope.distinctId = "ada";
    scene.overrides.back().isPinned = true;
    QVERIFY(m_file->save(scene));
    QVERIFY(m_file->save({"two", {}, {}}));
    QCOMPARE(text(), QByteArray(R"({
  "scenes": [
    {
      "name": "one",
      "note": "For \"Friday\"",
      "flags": {
        "a": {"value":"v2","payload":{"n": 1.50},"scope":{"distinct_id":"ada","workspace_id":null},"pinned":true},
        "b": {"value":true}
      }
    },
    {
      "name": "two",
      "flags": {}
    }
  ]
}
)"));
}

void TestSceneFile::keepsPayloads()
{
    write(
        R"({"scenes":[{"name":"one","flags":{"a":{"value":true,"payload":{ "big" : 12345678901234567890.10 }}}}]})");
    m_file->open();
    const auto before = m_file->scenes();
    QVERIFY(m_file->save(sceneOf("two", "b")));
    QCOMPARE(m_file->scenes().front(), before.front());
    QVERIFY2(text().contains("\"payload\":{ \"big\" : 12345678901234567890.10 }"), text().constData());
}

void TestSceneFile::savesRenamesAndRemoves()
{
    QSignalSpy changed(m_file.get(), &SceneFile::changed);
    m_file->open();
    QCOMPARE(changed.size(), 0); // There is no file.
    QVERIFY(m_file->save(sceneOf("one", "a")));
    QVERIFY(m_file->save(sceneOf("two", "b")));
    QVERIFY(m_file->save(sceneOf("one", "c"))); // In its place.
    QCOMPARE(names(), u"one two"_s);
    QCOMPARE(m_file->scenes().front(), sceneOf("one", "c"));
    QVERIFY(m_file->rename("two", "three"));
    QCOMPARE(names(), u"one three"_s);
    QCOMPARE(m_file->scenes().back(), sceneOf("three", "b"));
    QVERIFY(m_file->remove("one"));
    QCOMPARE(names(), u"three"_s);
    QCOMPARE(changed.size(), 5);
    SceneFile again(path().toStdString());
    again.open();
    QCOMPARE(again.scenes(), m_file->scenes());
}

void TestSceneFile::refuses()
{
    QVERIFY(m_file->save(sceneOf("one", "a")));
    QVERIFY(m_file->save(sceneOf("two", "a")));
    const QByteArray before = text();
    const std::string place = path().toStdString();
    QCOMPARE(toText(m_file->save({}).error()), place + ": A scene needs a name");
    QCOMPARE(toText(m_file->rename("one", "two").error()), place + ": Another scene has this name: two");
    QCOMPARE(toText(m_file->rename("one", "").error()), place + ": A scene needs a name");
    QCOMPARE(toText(m_file->rename("six", "two").error()), place + ": There is no such scene: six");
    QCOMPARE(toText(m_file->remove("six").error()), place + ": There is no such scene: six");
    QCOMPARE(text(), before);
    SceneFile elsewhere("/proc/scenes.json");
    QVERIFY2(toText(elsewhere.save(sceneOf("one", "a")).error())
                 .starts_with("/proc/scenes.json: The scenes cannot be saved: "),
        "nothing can be saved there");
}

void TestSceneFile::followsEditors_data()
{
    QTest::addColumn<bool>("replaces");
    QTest::newRow("writes into the file") << false;
    QTest::newRow("puts another file in its place") << true;
}

void TestSceneFile::followsEditors()
{
    QFETCH(bool, replaces);
    write(R"({"scenes":[{"name":"zero","flags":{}}]})");
    m_file->open();
    QCOMPARE(names(), u"zero"_s);
    for (const char *name : {"one", "two", "three"}) { // Also after the first time.
        const QByteArray wanted = R"({"scenes":[{"name":")" + QByteArray(name) + R"(","flags":{}}]})";
        if (replaces) {
            QSaveFile file(path());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(wanted);
            QVERIFY(file.commit());
        } else {
            write(wanted);
        }
        QTRY_COMPARE(names(), QString::fromLatin1(name));
    }
    QVERIFY(QFile::remove(path()));
    QTRY_COMPARE(names(), QString());
}

void TestSceneFile::appearsLater()
{
    m_file->open();
    QCOMPARE(names(), QString());
    write(R"({"scenes":[{"name":"one","flags":{}}]})"); // With its folders.
    QTRY_COMPARE(names(), u"one"_s);
}

void TestSceneFile::keepsTheLastGoodScenes()
{
    write(R"({"scenes":[{"name":"one","flags":{}}]})");
    m_file->open();
    QSignalSpy failed(m_file.get(), &SceneFile::failed), mended(m_file.get(), &SceneFile::mended);
    write("{\"scenes\":[\n{\"name\":\"one\",\n\"flags\"}]}");
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(toText(failed.front().front().value<Error>()), path().toStdString() + ": Line 3 is not JSON");
    QCOMPARE(names(), u"one"_s);
    write(R"({"scenes":[{"name":"one","flags":{"a":{"value":7}}}]})");
    QTRY_COMPARE(failed.size(), 2);
    QCOMPARE(toText(*m_file->error()),
        path().toStdString()
            + " › scenes[0] › flags › a › value: Expected true, false or the key of a variant");
    QCOMPARE(mended.size(), 0);
    write(R"({"scenes":[{"name":"two","flags":{}}]})");
    QTRY_COMPARE(mended.size(), 1);
    QCOMPARE(names(), u"two"_s);
    QVERIFY(!m_file->error());
}

void TestSceneFile::isNotWrittenOverWhenBroken()
{
    write("not yet");
    m_file->open();
    QVERIFY(m_file->error());
    QCOMPARE(toText(m_file->save(sceneOf("one", "a")).error()),
        path().toStdString()
            + ": Line 1 is not JSON, so nothing was written over it: mend it or move it away");
    QCOMPARE(text(), QByteArray("not yet"));
    QVERIFY(QFile::remove(path()));
    QVERIFY(m_file->save(sceneOf("one", "a")));
    QCOMPARE(names(), u"one"_s);
    QVERIFY(!m_file->error());
}

void TestSceneFile::losesNoChangeOfOthers()
{
    m_file->open();
    write(R"({"scenes":[{"name":"theirs","flags":{}}]})"); // Nobody has told of it yet.
    QVERIFY(m_file->save(sceneOf("ours", "a")));
    QCOMPARE(names(), u"theirs ours"_s);
}

QTEST_GUILESS_MAIN(TestSceneFile)
#include "tst_scenefile.moc"
