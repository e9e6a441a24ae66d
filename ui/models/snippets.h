#pragma once

#include <QList>
#include <QString>

namespace Weir {

/// How one SDK is pointed at Weir: text to paste, with the line that changes.
struct Snippet
{
    QString title; ///< "posthog-node"
    QString code;
    int markedLine = 0; ///< From 0: the line that carries the address.
    QString note; ///< One sentence about what is special; may be empty.
    bool operator==(const Snippet &) const = default;
};

/// Snippets for all SDKs, with the address that Weir listens on. `host` is an address or a name, IPv6
/// without brackets.
QList<Snippet> snippets(const QString &host, quint16 port);

} // namespace Weir
