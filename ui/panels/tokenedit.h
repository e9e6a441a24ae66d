#pragma once

#include "core/base/time.h"
#include "ui/models/filterparser.h"

#include <QWidget>

class QLineEdit;

namespace Weir {

class CompletionPopup;

/// A value of a key with how many events have it.
struct ValueCount
{
    QString value;
    qint64 count = 0;
    bool operator==(const ValueCount &) const = default;
};

/// The filter field: finished conditions as tokens, one line edit behind them, and a popup that completes
/// keys, operators and values. Tab accepts a completion, Enter applies what is typed, Esc closes the popup,
/// then clears the draft, then gives the focus away. Knows no store: it asks for values and is answered.
class TokenEdit : public QWidget
{
    Q_OBJECT
public:
    explicit TokenEdit(QWidget *parent = nullptr, Clock clock = systemNow);

    const QList<FilterTerm> &terms() const { return m_terms; }
    /// The terms as a filter; what filterChanged() last said.
    const EventFilter &filter() const { return m_filter; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public slots:
    /// Replaces all conditions; tells filterChanged() when the filter differs.
    void setTerms(const QList<Weir::FilterTerm> &terms);
    /// Adds one, as the keys E and Shift+E do. A free text replaces the former one; what is there already
    /// stays once.
    void addTerm(const Weir::FilterTerm &term);
    void clear();
    /// Property keys that the session has, most useful first. Built-in keys need not be told.
    void setKeys(const QStringList &keys);
    /// The answer to valuesNeeded(); dropped when another key is being typed by now.
    void setValues(const QString &key, const QList<Weir::ValueCount> &values);
    /// Ctrl+F and "/".
    void activate();

signals:
    void filterChanged(const Weir::EventFilter &filter);
    /// The values of `key` that contain `part` are wanted, most frequent first; eight are shown.
    void valuesNeeded(const QString &key, const QString &part);
    /// Esc with nothing left to close or clear.
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Chip
    {
        QRect rect, close;
    };
    void layOut();
    int chipWidth(const FilterTerm &term) const;
    void paintChip(QPainter &painter, int index) const;
    int chipAt(QPoint position, bool onClose) const;
    void removeTerm(int index);
    void editTerm(int index);
    void apply();
    void commit();
    void draftEdited();
    void acceptCompletion();
    void suggest(const FilterDraft &draft);
    bool keyPressed(int key, Qt::KeyboardModifiers modifiers);
    void escape();
    void showError(const QString &message);
    void describe();

    Clock m_clock;
    QList<FilterTerm> m_terms;
    EventFilter m_filter;
    QStringList m_keys;
    QList<ValueCount> m_values;
    QString m_valuesKey;
    QList<Chip> m_chips;
    int m_hoveredClose = -1;
    QString m_error;
    QLineEdit *m_edit;
    CompletionPopup *m_popup;
};

} // namespace Weir
