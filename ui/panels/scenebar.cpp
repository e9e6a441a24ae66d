#include "ui/panels/scenebar.h"

#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QInputDialog>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int cardHeight = 52, narrowest = 132, widest = 220, gap = 8, margin = 12, keyed = 9;

QString valueOf(const std::optional<FlagOverride> &override)
{
    return override ? fromUtf8(toText(override->value)) : SceneBar::tr("upstream");
}

} // namespace

QStringList rehearsalLines(const std::vector<SceneChange> &changes)
{
    QStringList lines;
    for (const SceneChange &change : changes) {
        const QString before = valueOf(change.before), after = valueOf(change.after);
        const bool isSame = change.before && change.after && change.before->value == change.after->value
            && change.before->payload == change.after->payload && change.before->scope == change.after->scope;
        lines += isSame ? SceneBar::tr("%1: stays %2").arg(fromUtf8(change.key), after)
                        : u"%1: %2 → %3"_s.arg(fromUtf8(change.key), before, after);
        for (const std::string &doubt : change.doubts)
            lines += u"   "_s + fromUtf8(doubt);
    }
    return lines.isEmpty() ? QStringList{SceneBar::tr("Nothing would change")} : lines;
}

QString sceneText(const FlagScene &scene)
{
    const auto count = [&scene](auto is) { return std::ranges::count_if(scene.overrides, is); };
    const auto on = count([](const FlagOverride &each) { return each.value.isOn; });
    const auto off = static_cast<std::ptrdiff_t>(scene.overrides.size()) - on;
    const auto payloads = count([](const FlagOverride &each) { return each.payload.has_value(); });
    QStringList parts;
    if (on > 0 || off == 0)
        parts += SceneBar::tr("%1 on").arg(on);
    if (off > 0)
        parts += SceneBar::tr("%1 off").arg(off);
    if (payloads > 0)
        parts += counted(payloads, SceneBar::tr("payload"));
    if (count([](const FlagOverride &each) { return !each.scope.distinctId.empty(); }) > 0)
        parts += SceneBar::tr("per user");
    else if (count([](const FlagOverride &each) { return !each.scope.workspaceId.empty(); }) > 0)
        parts += SceneBar::tr("per workspace");
    return parts.join(u", "_s);
}

/// One choice of the bar: a name, what it holds, its key, and whether it is on.
class SceneCard : public QAbstractButton
{
    Q_OBJECT
public:
    SceneCard(const QString &name, const QString &detail, const QString &key, QWidget *parent)
        : QAbstractButton(parent)
        , m_detail(detail)
        , m_key(key)
    {
        setText(name);
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setOn(false);
    }
    void setOn(bool isOn)
    {
        setChecked(isOn);
        setAccessibleName(text() + u", "_s + m_detail + (isOn ? tr(", on") : QString()));
        update();
    }

signals:
    void rehearsalWanted(); ///< The pointer rests here.
    void menuWanted(QPoint at);

protected:
    void nextCheckState() override { } // What is on says the board.
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::ToolTip) {
            emit rehearsalWanted();
            return true;
        }
        return QAbstractButton::event(event);
    }
    void contextMenuEvent(QContextMenuEvent *event) override { emit menuWanted(event->globalPos()); }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool isOn = isChecked();
        drawRounded(&painter, rect(), 6,
            color(isOn             ? Token::AccentBg
                    : underMouse() ? Token::S3
                                   : Token::S2),
            color(isOn || hasFocus() ? Token::Accent
                    : underMouse()   ? Token::Line3
                                     : Token::Line2),
            hasFocus() ? 2 : 1);
        const QRect inner = rect().adjusted(px(12), px(8), -px(10), -px(8));
        const QRect upper(inner.x(), inner.y(), inner.width(), inner.height() / 2);
        const QRect lower(inner.x(), upper.bottom() + 1, inner.width(), inner.height() / 2);
        const auto text
            = [&painter](TextStyle style, Token ink, const QRect &where, int taken, const QString &words) {
                  painter.setFont(Weir::font(style));
                  painter.setPen(color(ink));
                  painter.drawText(where, Qt::AlignVCenter | Qt::AlignLeft,
                      painter.fontMetrics().elidedText(words, Qt::ElideRight, where.width() - taken));
              };
        text(TextStyle::CardTitle, Token::T1, upper, isOn ? px(20) : 0, this->text());
        if (isOn)
            drawIcon(&painter, QRect(inner.right() - px(15), upper.y(), px(15), upper.height()),
                u"circle-check", px(15), Token::Accent);
        const int key = m_key.isEmpty() ? 0 : keyChipWidth(m_key);
        text(TextStyle::CaptionRegular, isOn ? Token::T2 : Token::T3, lower, key ? key + px(6) : 0, m_detail);
        if (key)
            drawKeyChip(&painter, QRect(inner.right() - key + 1, lower.y(), key, lower.height()), m_key);
    }

private:
    QString m_detail, m_key;
};

SceneBar::SceneBar(FlagBoard &board, QWidget *parent)
    : Surface(Token::S1, Qt::BottomEdge, parent)
    , m_board(board)
    , m_row(new QHBoxLayout(this))
    , m_more(iconButton(u"ellipsis"_s, tr("More scenes"), this))
    , m_save(iconButton(u"plus"_s, tr("Save the overrides as a scene…"), this))
{
    setAccessibleName(tr("Scenes"));
    setButtonLook(m_save, ButtonKind::Normal);
    m_save->hide();
    m_row->addWidget(m_more);
    m_row->addWidget(m_save);
    m_row->addStretch(1);
    connect(m_more, &QToolButton::clicked, this, &SceneBar::showMore);
    connect(m_save, &QToolButton::clicked, this, &SceneBar::saveSceneWanted);
    connect(&board, &FlagBoard::scenesChanged, this, &SceneBar::build);
    connect(&board, &FlagBoard::activeSceneChanged, this, &SceneBar::refresh);
    connect(&board, &FlagBoard::reportChanged, this, &SceneBar::refresh);
    build();
}

void SceneBar::build()
{
    const bool hadFocus = isAncestorOf(focusWidget());
    qDeleteAll(std::exchange(m_cards, {}));
    const auto add = [this](const QString &name, const QString &detail, const QString &key) {
        auto *card = new SceneCard(name, detail, key, this);
        m_row->insertWidget(static_cast<int>(m_cards.size()), card);
        m_cards.append(card);
        return card;
    };
    SceneCard *upstream = add(tr("Upstream"), tr("No overrides"), u"Alt+0"_s);
    connect(upstream, &QAbstractButton::clicked, &m_board, &FlagBoard::clearAll);
    for (int place = 0; place < static_cast<int>(m_board.scenes().size()); ++place) {
        const FlagScene &scene = m_board.scenes()[static_cast<std::size_t>(place)];
        SceneCard *card = add(
            fromUtf8(scene.name), sceneText(scene), place < keyed ? u"Alt+%1"_s.arg(place + 1) : QString());
        connect(card, &QAbstractButton::clicked, this, [this, place] { m_board.applyScene(place); });
        connect(
            card, &SceneCard::rehearsalWanted, this, [this, place, card] { rehearse(place, card, false); });
        connect(card, &SceneCard::menuWanted, this, [this, place, card](QPoint at) {
            auto *menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            fillMenu(menu, place, card);
            menu->popup(at);
        });
    }
    if (hadFocus)
        upstream->setFocus();
    refresh();
    fit();
}

void SceneBar::refresh()
{
    m_save->setEnabled(m_board.overrideCount() > 0);
    for (int i = 0; i < m_cards.size(); ++i)
        m_cards[i]->setOn(i == 0 ? m_board.overrideCount() == 0 : i - 1 == m_board.activeScene());
}

/// All as wide as there is room for; what has none goes to the menu.
void SceneBar::fit()
{
    setFixedHeight(px(cardHeight) + 2 * px(margin) - px(2));
    m_row->setContentsMargins(px(margin), px(margin) - px(1), px(margin), px(margin) - px(1));
    m_row->setSpacing(px(gap));
    const int tail = m_save->isHidden() ? 0 : px(28) + px(gap);
    const int room = width() - 2 * px(margin) - tail;
    const int count = static_cast<int>(m_cards.size());
    int shown = std::clamp((room + px(gap)) / (px(narrowest) + px(gap)), 1, count);
    const int menu = shown < count ? px(28) + px(gap) : 0;
    if (menu)
        shown = std::clamp((room - menu + px(gap)) / (px(narrowest) + px(gap)), 1, count);
    const int each = std::min(px(widest), (room - menu - (shown - 1) * px(gap)) / shown);
    for (int i = 0; i < count; ++i) {
        m_cards[i]->setVisible(i < shown);
        m_cards[i]->setFixedSize(std::max(each, px(80)), px(cardHeight));
    }
    m_more->setVisible(menu > 0);
    m_save->setFixedSize(px(28), px(cardHeight));
}

void SceneBar::showMore()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 1; i < m_cards.size(); ++i) {
        if (!m_cards[i]->isHidden())
            continue;
        fillMenu(menu->addMenu(m_cards[i]->text()), i - 1, m_more);
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

void SceneBar::fillMenu(QMenu *menu, int place, QWidget *where)
{
    const auto add = [this, menu](const QString &text, auto does) {
        connect(menu->addAction(text), &QAction::triggered, this, does);
    };
    add(tr("Apply"), [this, place] { m_board.applyScene(place); });
    add(tr("What it would change"), [this, place, where] { rehearse(place, where, true); });
    menu->addSeparator();
    add(tr("Rename…"), [this, place] { askForName(place); });
    add(tr("Delete"), [this, place] { m_board.deleteScene(place); });
}

void SceneBar::askForName(int place)
{
    if (place >= static_cast<int>(m_board.scenes().size()))
        return;
    const std::string old = m_board.scenes()[static_cast<std::size_t>(place)].name;
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Rename the scene"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(fromUtf8(old));
    dialog->setOkButtonText(tr("Rename"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, old](const QString &name) {
        // Scenes may have come and gone meanwhile.
        const auto there = std::ranges::find(m_board.scenes(), old, &FlagScene::name);
        if (there != m_board.scenes().end() && !name.trimmed().isEmpty())
            m_board.renameScene(
                static_cast<int>(there - m_board.scenes().begin()), name.trimmed().toStdString());
    });
    dialog->open();
}

void SceneBar::rehearse(int place, QWidget *where, bool isAsked)
{
    if (place >= static_cast<int>(m_board.scenes().size()))
        return;
    const FlagScene &scene = m_board.scenes()[static_cast<std::size_t>(place)];
    m_rehearsed = where;
    m_rehearsedScene = fromUtf8(scene.name);
    m_isAsked = isAsked;
    emit rehearsalWanted(scene);
}

void SceneBar::showRehearsal(const QString &scene, const std::vector<SceneChange> &changes)
{
    // The card may have gone with its scene, and the pointer with its interest.
    const bool isThere
        = m_rehearsed && (m_rehearsed == m_more || std::ranges::find(m_cards, m_rehearsed) != m_cards.end());
    if (!isThere || scene != m_rehearsedScene || (!m_isAsked && !m_rehearsed->underMouse()))
        return;
    const QStringList lines = rehearsalLines(changes);
    const QPoint below = m_rehearsed->mapToGlobal(QPoint(0, m_rehearsed->height() + px(4)));
    if (!m_isAsked) {
        QToolTip::showText(below, lines.join(u'\n'), m_rehearsed);
        return;
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &line : lines)
        menu->addAction(line);
    menu->addSeparator();
    QAction *apply = menu->addAction(tr("Apply %1").arg(scene));
    connect(apply, &QAction::triggered, this, [this, scene] {
        for (std::size_t place = 0; place < m_board.scenes().size(); ++place) {
            if (fromUtf8(m_board.scenes()[place].name) == scene)
                m_board.applyScene(static_cast<int>(place));
        }
    });
    menu->popup(below);
    menu->setActiveAction(apply);
}

void SceneBar::setSavingOffered(bool isOffered)
{
    m_save->setVisible(isOffered);
    fit();
}

void SceneBar::resizeEvent(QResizeEvent *event)
{
    Surface::resizeEvent(event);
    fit();
}

void SceneBar::changeEvent(QEvent *event)
{
    Surface::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

} // namespace Weir

#include "scenebar.moc"
