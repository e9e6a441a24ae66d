#pragma once

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>

#include <sys/mount.h>
#include <unistd.h>

namespace Weir::Testing {

/// Bytes that no compression makes smaller; the same at each call.
inline QByteArray noise(int bytes)
{
    QByteArray data(bytes, Qt::Uninitialized);
    quint32 value = 12345;
    for (char &c : data)
        c = static_cast<char>((value = value * 1664525 + 1013904223) >> 24);
    return data;
}

/// A file system of its own that is soon full; needs root.
class SmallDisk
{
public:
    explicit SmallDisk(const char *size = "size=2m")
        : m_mounted(m_folder.isValid() && ::geteuid() == 0
            && ::mount("weir-test", m_folder.path().toUtf8().constData(), "tmpfs", 0, size) == 0)
    {
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(m_folder.path().toUtf8().constData(), MNT_DETACH);
    }
    bool isMounted() const { return m_mounted; }
    QString file(const QString &name) const { return m_folder.filePath(name); }

    /// Takes all the room that is left.
    bool fill() const
    {
        QFile ballast(file(QStringLiteral("ballast")));
        if (!ballast.open(QIODevice::WriteOnly))
            return false;
        while (ballast.write(noise(4096)) == 4096 && ballast.flush()) { }
        return true;
    }
    /// Gives it back.
    bool makeRoom() const { return QFile::remove(file(QStringLiteral("ballast"))); }

private:
    QTemporaryDir m_folder;
    bool m_mounted;
};

} // namespace Weir::Testing
