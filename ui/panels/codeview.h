#pragma once

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

/// Read-only text in mono, on the colour of a pane. Long text is cut and can be shown in full.
class CodeView : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit CodeView(const QString &name, QWidget *parent = nullptr);

    /// Other text is being prepared: after 300 ms it says so, until the next setCode().
    void setPending(const QString &sentence);
    /// Shows at most `shownAtFirst` characters until showAll().
    void setCode(const QString &code);
    void showAll();
    /// Whether text was cut off.
    bool isCut() const { return m_cut; }
    /// Selects the next hit, around the end.
    bool findNext(const QString &text, bool backwards);

    static constexpr qsizetype shownAtFirst = 1024 * 1024;

signals:
    void cutChanged(bool cut);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyLook();

    QString m_code; ///< Only while it is cut.
    QTimer m_pending;
    QString m_pendingText;
    JsonHighlighter *m_highlighter;
    bool m_cut = false;
    bool m_applying = false;
};

} // namespace Weir
