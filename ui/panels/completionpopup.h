#pragma once

#include <QAbstractListModel>
#include <QFrame>

class QListView;

namespace Weir {

class TextLabel;

/// One line of the completer.
struct Suggestion
{
    enum class Kind { Key, Value, Operator };
    Kind kind = Kind::Key;
    QString text; ///< "post_ledger", "is not"
    QString detail; ///< "402", "exclude"
    QString match; ///< The part of `text` to draw in bold; empty: none.
    bool operator==(const Suggestion &) const = default;
};

class SuggestionModel : public QAbstractListModel
{
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setSuggestions(const QList<Suggestion> &suggestions);
    const Suggestion &at(int row) const { return m_suggestions[row]; }
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    QList<Suggestion> m_suggestions;
};

/// The popup of the filter field: a heading, values or keys with counts, operators below, the keys that work.
/// A child of the window and not a popup window, so that the focus stays in the field on every platform.
class CompletionPopup : public QFrame
{
    Q_OBJECT
public:
    explicit CompletionPopup(QWidget *field);

    /// What stands above the list: what it holds at the left, what the counts are of at the right.
    struct Heading
    {
        QString left, right;
    };
    /// Shows it under `anchor` of the field; hides it when there is nothing to suggest.
    void suggest(const Heading &heading, const QList<Suggestion> &suggestions, const QRect &anchor);
    void moveCurrent(int steps);
    /// The line that Tab accepts; nothing when hidden or empty.
    const Suggestion *current() const;
    /// Whether the user chose the current line, so that Enter accepts it, too.
    bool isChosen() const { return m_chosen; }

signals:
    void picked(const Weir::Suggestion &suggestion);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void place(const QRect &anchor);

    QWidget *m_field;
    SuggestionModel m_model;
    QListView *m_list;
    TextLabel *m_heading, *m_scope;
    bool m_chosen = false;
};

} // namespace Weir
