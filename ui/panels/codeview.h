#pragma once

#include <QList>
#include "ui/panels/findstep.h"

#include <QPlainTextEdit>
#include <QSyntaxHighlighter>
#include <QTimer>

namespace Weir {

/// Colours JSON: strings, numbers, true, false and null; keys stay in the text's colour.
class JsonHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override;
};

/// Read-only text in mono, on the colour of a pane. Long text is shown by parts, so that laying it out never
/// holds the window; find goes through all of them.
class CodeView : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit CodeView(const QString &name, QWidget *parent = nullptr);

    /// Other text is being prepared: after 300 ms it says so, until the next setCode().
    void setPending(const QString &sentence);
    /// Shows the first part of it.
    void setCode(const QString &code);
    int parts() const { return static_cast<int>(m_ends.size()); } ///< At least 1.
    int part() const { return m_part; } ///< From 0.
    void showPart(int part);
    /// Selects a hit, around the end.
    bool find(const QString &text, FindStep step);

    static constexpr qsizetype partSize = 256 * 1024; ///< At most, in characters.

signals:
    /// Another part is shown, or there are more or fewer of them.
    void partChanged();

protected:
    void changeEvent(QEvent *event) override;

private:
    qsizetype startOf(int part) const { return part == 0 ? 0 : m_ends[part - 1]; }
    void applyLook();

    QString m_code;
    QList<qsizetype> m_ends = {0}; ///< Of the parts, in m_code.
    int m_part = 0;
    QTimer m_pending;
    QString m_pendingText;
    JsonHighlighter *m_highlighter;
    bool m_applying = false;
};

} // namespace Weir
