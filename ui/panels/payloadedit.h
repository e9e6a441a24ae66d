#pragma once

#include "ui/theme/controls.h"

#include <QPlainTextEdit>
#include <QTimer>

#include <optional>
#include <string>

class QPushButton;

namespace Weir {

class JsonHighlighter;

/// An editor with line numbers.
class NumberedEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit NumberedEdit(QWidget *parent = nullptr);

signals:
    void applyWanted(); ///< Ctrl+Enter.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    class Gutter;
    void paintNumbers(QPaintEvent *event);
    void fit();

    Gutter *m_gutter;
    JsonHighlighter *m_highlighter;
    bool m_fitting = false;
};

/// The payload of an override: checked as JSON 150 ms after typing, formatted, reverted, and applied by
/// Ctrl+Enter. Empty text: no payload.
class PayloadEdit : public QWidget
{
    Q_OBJECT
public:
    explicit PayloadEdit(QWidget *parent = nullptr);

    /// What is served for `value` now. What is being typed stays, unless it is of another flag or value.
    void setPayload(const QString &key, const QString &value, const std::optional<std::string> &payload);
    /// What the upstream sends, under the editor.
    void setUpstream(const QString &sentence);
    bool isChanged() const;
    QPlainTextEdit *editor() const { return m_edit; }
    QString verdict() const { return m_verdict->text(); } ///< "Valid JSON", or what is wrong.

signals:
    /// JSON text; nothing: serve none.
    void applied(const std::optional<std::string> &payload);

private:
    void check();
    void apply();
    void format();
    void revert();
    void showVerdict();

    QString m_key, m_value, m_served;
    QTimer m_check;
    bool m_isValid = true;
    TextLabel *m_title, *m_verdict, *m_upstream;
    NumberedEdit *m_edit;
    QPushButton *m_apply, *m_format, *m_revert;
};

} // namespace Weir
