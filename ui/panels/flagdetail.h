#pragma once

#include "ui/models/flaglistmodel.h"
#include "ui/models/flagswitcher.h"
#include "ui/theme/controls.h"

class QLineEdit;
class QPushButton;
class QScrollArea;

namespace Weir {

class ChoiceBar;
class PayloadEdit;
class PickUpPane;
class SegmentBar;

/// All of one flag: what is served, to whom, until when, with which payload, and who has it. Changes are made
/// at once, but for the payload.
class FlagDetail : public Surface
{
    Q_OBJECT
public:
    /// Both outlive this.
    FlagDetail(const FlagListModel &model, FlagSwitcher &switcher, QWidget *parent = nullptr);

    /// An empty key: none is selected.
    void show(const QString &key);
    /// What is known of it may have changed, or time has passed.
    void refresh();
    void setSavingOffered(bool isOffered);
    void enter(); ///< Puts the focus on what is served.
    PayloadEdit *payload() const { return m_payload; }

signals:
    void saveSceneWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    enum class To : std::uint8_t { Everyone, User, Workspace };

    void buildHeader(QLayout *column);
    void buildChoices(QLayout *column);
    void buildFooter(QLayout *column);
    void joinControls();
    void showServe(const FlagState &flag);
    void showScope(const FlagState &flag);
    void showUntil(const FlagState &flag);
    void chooseScope(To to);
    void applyScope();
    void askForVariant();
    std::string key() const { return m_key.toStdString(); }

    const FlagListModel &m_model;
    FlagSwitcher &m_switcher;
    QString m_key;
    To m_to = To::Everyone; ///< What is shown; a draft until there is an id.
    TextLabel *m_name, *m_kind, *m_badge, *m_scopeNote, *m_left;
    QWidget *m_choices;
    ChoiceBar *m_serve;
    SegmentBar *m_scope, *m_until;
    QLineEdit *m_scopeId;
    PayloadEdit *m_payload;
    PickUpPane *m_pickUp;
    QScrollArea *m_scroll;
    QPushButton *m_save;
};

} // namespace Weir
