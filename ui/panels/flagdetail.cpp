#include "ui/panels/flagdetail.h"

#include "ui/models/format.h"
#include "ui/panels/payloadedit.h"
#include "ui/panels/pickuppane.h"
#include "ui/panels/segmentbar.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int serveSideBySide = 5, footerHeight = 44;
constexpr auto anHour = std::chrono::hours(1);

class Glyph : public QWidget
{
public:
    Glyph(const QString &icon, Token ink, QWidget *parent)
        : QWidget(parent)
        , m_icon(icon)
        , m_ink(ink)
    {
        setFixedSize(px(16), px(18));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawIcon(&painter, rect(), m_icon, px(16), m_ink);
    }

private:
    QString m_icon;
    Token m_ink;
};

class Badge : public TextLabel
{
public:
    Badge(const QString &text, QWidget *parent)
        : TextLabel(text, TextStyle::Caption, Token::Accent, parent)
    {
        setContentsMargins(px(6), px(1), px(6), px(1));
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        {
            QPainter painter(this);
            drawRounded(&painter, rect(), 4, color(Token::AccentBg), {});
        }
        TextLabel::paintEvent(event);
    }
};

QVBoxLayout *columnIn(QWidget *widget, int top, int bottom)
{
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(px(14), px(top), px(14), px(bottom));
    column->setSpacing(px(6));
    return column;
}

/// A label in its own narrow column, and what it names.
void addNamed(QVBoxLayout *column, const QString &name, const QList<QWidget *> &widgets, QWidget *parent)
{
    auto *row = new QHBoxLayout;
    auto *label = new TextLabel(name, TextStyle::CaptionRegular, Token::T3, parent);
    label->setFixedWidth(px(44));
    row->addWidget(label);
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    row->addStretch(1);
    column->addLayout(row);
}

} // namespace

FlagDetail::FlagDetail(const FlagListModel &model, FlagSwitcher &switcher, QWidget *parent)
    : Surface(Token::S2, {}, parent)
    , m_model(model)
    , m_switcher(switcher)
    , m_name(new TextLabel({}, TextStyle::Code, Token::T1, this))
    , m_kind(new TextLabel({}, TextStyle::Row, Token::T2, this))
    , m_badge(new Badge(tr("Overridden"), this))
    , m_scopeNote(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
    , m_left(new TextLabel({}, TextStyle::Mono, Token::T2, this))
    , m_choices(new Surface(Token::S2, Qt::BottomEdge, this))
    , m_serve(new ChoiceBar(tr("Serve"), serveSideBySide, m_choices))
    , m_scope(new SegmentBar(tr("To"), m_choices))
    , m_until(new SegmentBar(tr("Until"), m_choices))
    , m_scopeId(new QLineEdit(m_choices))
    , m_payload(new PayloadEdit(this))
    , m_pickUp(new PickUpPane(this))
    , m_scroll(new QScrollArea(this))
    , m_save(new QPushButton(tr("Save as scene…"), this))
{
    setAccessibleName(tr("Flag"));
    setMinimumWidth(px(320));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHeader(layout);
    auto *body = new QWidget(m_scroll);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildChoices(column);
    auto *payload = new Surface(Token::S2, Qt::BottomEdge, body);
    auto *inner = new QVBoxLayout(payload);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(m_payload);
    column->addWidget(payload);
    column->addWidget(m_pickUp);
    column->addStretch(1);
    m_scroll->setWidget(body);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(m_scroll, 1);
    buildFooter(layout);
    joinControls();
    show({});
    QEvent look(QEvent::StyleChange);
    changeEvent(&look);
}

void FlagDetail::buildHeader(QLayout *column)
{
    auto *header = new Surface(Token::S2, Qt::BottomEdge, this);
    auto *lines = columnIn(header, 10, 11);
    lines->setSpacing(px(4));
    auto *first = new QHBoxLayout;
    first->addWidget(new Glyph(u"flag"_s, Token::FamilyFlag, header));
    m_name->setEliding(true);
    first->addWidget(m_name, 1);
    first->addWidget(m_badge);
    first->addStrut(px(20)); // The same height without the badge.
    lines->addLayout(first);
    m_kind->setEliding(true);
    lines->addWidget(m_kind);
    column->addWidget(header);
}

void FlagDetail::buildChoices(QLayout *column)
{
    auto *lines = columnIn(m_choices, 12, 12);
    lines->setSpacing(px(8));
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(tr("Serve"), TextStyle::CaptionRegular, Token::T3, m_choices), 1);
    QToolButton *other = iconButton(u"plus"_s, tr("Serve another variant…"), m_choices);
    setButtonLook(other, ButtonKind::Ghost, ButtonSize::Small);
    connect(other, &QToolButton::clicked, this, &FlagDetail::askForVariant);
    head->addWidget(other);
    lines->addLayout(head);
    m_serve->segments()->setAccentFrom(1);
    lines->addWidget(m_serve);
    m_scope->setChoices({tr("Everyone"), u"distinct_id"_s, tr("workspace")});
    addNamed(lines, tr("To"), {m_scope}, m_choices);
    m_scopeId->setPlaceholderText(tr("Its id, then Enter"));
    lines->addWidget(m_scopeId);
    m_scopeNote->setWordWrap(true);
    lines->addWidget(m_scopeNote);
    m_until->setChoices({tr("Removed"), tr("Weir closes"), tr("1 h")});
    addNamed(lines, tr("Until"), {m_until, m_left}, m_choices);
    column->addWidget(m_choices);
}

void FlagDetail::buildFooter(QLayout *column)
{
    auto *footer = new Surface(Token::S2, Qt::TopEdge, this);
    footer->setFixedHeight(px(footerHeight));
    auto *row = new QHBoxLayout(footer);
    row->setContentsMargins(px(12), 0, px(12), 0);
    row->addWidget(m_save);
    row->addStretch(1);
    row->addWidget(new TextLabel(tr("Applied on change"), TextStyle::CaptionRegular, Token::T3, footer));
    m_save->hide();
    column->addWidget(footer);
}

void FlagDetail::joinControls()
{
    connect(m_serve, &ChoiceBar::chosen, this, [this](int choice) {
        if (const FlagState *const flag = m_model.find(key()))
            m_switcher.choose(key(), flagChoices(*flag).value(choice).value);
    });
    connect(m_scope, &SegmentBar::chosen, this, [this](int to) { chooseScope(static_cast<To>(to)); });
    connect(m_scopeId, &QLineEdit::editingFinished, this, &FlagDetail::applyScope);
    connect(m_until, &SegmentBar::chosen, this,
        [this](int until) { m_switcher.setUntil(key(), static_cast<FlagUntil>(until), anHour); });
    connect(m_payload, &PayloadEdit::applied, this,
        [this](const std::optional<std::string> &payload) { m_switcher.setPayload(key(), payload); });
    connect(m_save, &QPushButton::clicked, this, &FlagDetail::saveSceneWanted);
}

void FlagDetail::show(const QString &key)
{
    if (key != m_key) {
        m_key = key;
        m_to = To::Everyone;
        m_scopeId->clear();
        m_scroll->verticalScrollBar()->setValue(0);
    }
    refresh();
}

void FlagDetail::refresh()
{
    const FlagState *const flag = m_model.find(key());
    m_scroll->setVisible(flag);
    m_name->setText(flag ? m_key : tr("No flag selected"));
    m_name->setToolTip(m_name->text());
    m_kind->setText(flag ? flagKind(*flag) : QString());
    m_badge->setVisible(flag && flag->override);
    m_save->setEnabled(m_model.report().flags.end()
        != std::ranges::find_if(
            m_model.report().flags, [](const FlagState &each) { return each.override.has_value(); }));
    if (!flag)
        return;
    showServe(*flag);
    showScope(*flag);
    showUntil(*flag);
    const bool isOn = flag->override.has_value();
    m_payload->setEnabled(isOn);
    m_payload->setPayload(m_key, isOn ? flagChoices(*flag)[flagChoice(*flag)].text : QString(),
        isOn ? flag->override->payload : std::nullopt);
    m_payload->setUpstream(flag->upstreamPayload
            ? tr("Upstream sends %1").arg(fromUtf8(*flag->upstreamPayload).left(200).simplified())
            : flag->upstream ? tr("Upstream sends no payload")
                             : QString());
    m_pickUp->show(*flag, m_model.report(), m_model.now());
}

void FlagDetail::showServe(const FlagState &flag)
{
    QStringList texts;
    for (const FlagChoice &choice : flagChoices(flag))
        texts += choice.text;
    m_serve->setChoices(texts);
    m_serve->setCurrent(flagChoice(flag));
}

void FlagDetail::showScope(const FlagState &flag)
{
    const FlagScope scope = flag.override ? flag.override->scope : FlagScope();
    if (!scope.isEveryone() && !m_scopeId->hasFocus()) {
        m_to = scope.distinctId.empty() ? To::Workspace : To::User;
        m_scopeId->setText(fromUtf8(m_to == To::User ? scope.distinctId : scope.workspaceId));
    } else if (!flag.override) {
        m_to = To::Everyone;
    }
    m_scope->setEnabled(flag.override.has_value());
    m_scope->setCurrent(static_cast<int>(m_to));
    m_scopeId->setVisible(m_to != To::Everyone);
    m_scopeId->setAccessibleName(m_to == To::User ? tr("To this distinct_id") : tr("To this workspace"));
    QStringList local;
    for (const FlagClient &client : m_model.report().clients) {
        if (client.isLocal && !local.contains(sdkName(client.sdk)))
            local += sdkName(client.sdk);
    }
    QString note = local.isEmpty()
        ? tr("Not for SDKs that evaluate by themselves: they ask for no one in particular.")
        : tr("Not possible for local evaluation: %1 asks for no one in particular.").arg(local.join(u", "_s));
    if (!scope.distinctId.empty() && !scope.workspaceId.empty())
        note.prepend(tr("Only in the workspace %1. ").arg(fromUtf8(scope.workspaceId)));
    m_scopeNote->setLook(TextStyle::CaptionRegular, local.isEmpty() ? Token::T3 : Token::Warn);
    m_scopeNote->setText(note);
    m_scopeNote->setVisible(m_to != To::Everyone);
}

void FlagDetail::showUntil(const FlagState &flag)
{
    m_until->setEnabled(flag.override.has_value());
    m_until->setCurrent(flag.override ? static_cast<int>(untilOf(*flag.override)) : -1);
    const auto end = flag.override ? flag.override->expiresAt : std::nullopt;
    m_left->setText(end ? tr("%1 left").arg(spanText(*end - m_model.now())) : QString());
}

void FlagDetail::chooseScope(To to)
{
    m_to = to;
    m_scopeId->clear();
    if (to == To::Everyone)
        m_switcher.setScope(key(), {});
    if (const FlagState *const flag = m_model.find(key()); flag && to != To::Everyone) {
        // A draft until there is an id: nobody is meant by an empty one.
        m_scopeId->setVisible(true);
        m_scopeId->setFocus();
        showScope(*flag);
    } else {
        refresh();
    }
}

void FlagDetail::applyScope()
{
    const FlagState *const flag = m_model.find(key());
    const std::string id = m_scopeId->text().trimmed().toStdString();
    if (!flag || !flag->override || id.empty())
        return;
    FlagScope scope = flag->override->scope;
    if (m_to == To::Workspace)
        scope = {{}, id};
    else
        scope = {id, scope.distinctId.empty() ? std::string() : scope.workspaceId};
    m_switcher.setScope(key(), scope);
}

void FlagDetail::askForVariant()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Serve another variant"));
    dialog->setLabelText(tr("Variant of %1, as the program knows it").arg(m_key));
    dialog->setOkButtonText(tr("Serve"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, flag = key()](const QString &text) {
        if (const std::string variant = text.trimmed().toStdString(); !variant.empty())
            m_switcher.choose(flag, FlagValue::of(variant));
    });
    dialog->open();
}

void FlagDetail::setSavingOffered(bool isOffered)
{
    m_save->setVisible(isOffered);
}

void FlagDetail::enter()
{
    QWidget *const now = m_serve->segments()->button(m_serve->current());
    (now && now->isVisible() ? now : m_serve->menuButton())->setFocus(Qt::OtherFocusReason);
}

void FlagDetail::changeEvent(QEvent *event)
{
    Surface::changeEvent(event);
    if (event->type() != QEvent::StyleChange)
        return;
    for (QWidget *ground : {m_scroll->viewport(), m_scroll->widget()}) {
        QPalette own = ground->palette();
        own.setColor(QPalette::Window, color(Token::S2));
        ground->setPalette(own);
    }
}

} // namespace Weir
