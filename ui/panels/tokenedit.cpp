#include "ui/panels/tokenedit.h"

#include "ui/models/format.h"
#include "ui/panels/completionpopup.h"
#include "ui/theme/controls.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QToolTip>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int editRoom = 180; ///< What the line edit keeps when there are many tokens.
constexpr int mostValues = 8;

/// The two colours of a token: what is compared, and with what.
std::pair<QString, QString> chipText(const FilterTerm &term)
{
    if (term.key.isEmpty())
        return {QCoreApplication::translate("Weir::TokenEdit", "text"), term.value};
    if (term.op == FilterOp::Exists)
        return {operatorWord(term.op), term.key};
    const QString whole = toText(term);
    return {whole.left(whole.size() - term.value.size() - 1), term.value};
}

QString elided(const QString &text, TextStyle style)
{
    return QFontMetrics(Weir::font(style)).elidedText(text, Qt::ElideMiddle, px(180));
}

} // namespace

TokenEdit::TokenEdit(QWidget *parent, Clock clock)
    : QWidget(parent)
    , m_clock(std::move(clock))
    , m_edit(new QLineEdit(this))
    , m_popup(new CompletionPopup(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
    setFocusProxy(m_edit);
    m_edit->setFrame(false);
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->setPlaceholderText(tr("Add a filter, or search any text"));
    m_edit->installEventFilter(this);
    connect(m_edit, &QLineEdit::textEdited, this, &TokenEdit::draftEdited);
    connect(m_popup, &CompletionPopup::picked, this, [this] { acceptCompletion(); });
    describe();
    layOut();
}

QSize TokenEdit::sizeHint() const
{
    return {px(400), px(28)};
}

QSize TokenEdit::minimumSizeHint() const
{
    return {px(120), px(28)};
}

void TokenEdit::setTerms(const QList<FilterTerm> &terms)
{
    m_terms = terms;
    apply();
}

void TokenEdit::addTerm(const FilterTerm &term)
{
    if (m_terms.contains(term))
        return;
    if (term.key.isEmpty())
        m_terms.removeIf([](const FilterTerm &old) { return old.key.isEmpty(); });
    m_terms.append(term);
    apply();
}

void TokenEdit::clear()
{
    m_edit->clear();
    setTerms({});
}

void TokenEdit::setKeys(const QStringList &keys)
{
    m_keys = keys;
}

void TokenEdit::setValues(const QString &key, const QList<ValueCount> &values)
{
    const FilterDraft draft = parseDraft(m_edit->text());
    if (draft.stage != FilterDraft::Stage::Value || draft.key != key)
        return;
    m_values = values;
    m_valuesKey = key;
    if (m_popup->isVisible() || m_edit->hasFocus())
        suggest(draft);
}

void TokenEdit::activate()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void TokenEdit::apply()
{
    layOut();
    describe();
    const auto filter = filterFromTerms(m_terms, m_clock());
    if (!filter)
        return showError(QString::fromStdString(filter.error().message));
    showError({});
    if (*filter == m_filter)
        return;
    m_filter = *filter;
    emit filterChanged(m_filter);
}

void TokenEdit::commit()
{
    m_popup->hide();
    const auto term = parseTerm(m_edit->text());
    if (!term) // Blank, or a key and an operator that still wait for a value.
        return;
    QList<FilterTerm> candidate = m_terms;
    if (term->key.isEmpty())
        candidate.removeIf([](const FilterTerm &old) { return old.key.isEmpty(); });
    candidate.append(*term);
    const auto filter = filterFromTerms(candidate, m_clock());
    if (!filter) // What cannot be meant stays in the field to be mended.
        return showError(QString::fromStdString(filter.error().message));
    m_edit->clear();
    addTerm(*term);
}

void TokenEdit::removeTerm(int index)
{
    m_terms.removeAt(index);
    m_hoveredClose = -1;
    apply();
}

void TokenEdit::editTerm(int index)
{
    m_edit->setText(toText(m_terms[index]));
    removeTerm(index);
    m_edit->setFocus();
}

void TokenEdit::draftEdited()
{
    showError({});
    const FilterDraft draft = parseDraft(m_edit->text());
    if (draft.stage == FilterDraft::Stage::Value) {
        if (draft.key != m_valuesKey)
            m_values.clear();
        if (builtInValues(draft.key).isEmpty())
            emit valuesNeeded(draft.key, draft.rest);
    }
    suggest(draft);
}

void TokenEdit::suggest(const FilterDraft &draft)
{
    QList<Suggestion> lines;
    CompletionPopup::Heading heading{tr("Keys"), {}};
    const auto offer = [&lines, &draft](Suggestion::Kind kind, const QString &text, const QString &detail,
                           const QString &part) {
        if (part.isEmpty() || text.contains(part, Qt::CaseInsensitive))
            lines.append({kind, text, detail, kind == Suggestion::Kind::Operator ? QString() : part});
    };
    if (draft.stage == FilterDraft::Stage::Key) {
        for (const QString &key : builtInKeys() + m_keys) {
            if (lines.size() < 2 * mostValues)
                offer(Suggestion::Kind::Key, key, {}, draft.key);
        }
        if (m_edit->text().trimmed().isEmpty())
            lines.resize(qMin(lines.size(), qsizetype(builtInKeys().size())));
    }
    if (draft.stage == FilterDraft::Stage::Value) {
        heading.left = tr("Values of %1").arg(draft.key);
        for (const QString &value : builtInValues(draft.key))
            offer(Suggestion::Kind::Value, value, {}, draft.rest);
        for (const ValueCount &value : std::as_const(m_values)) {
            if (draft.key == m_valuesKey && lines.size() < mostValues)
                offer(Suggestion::Kind::Value, value.value, formatCount(value.count), draft.rest);
        }
        if (!m_values.isEmpty() && draft.key != "event"_L1) // Names are counted in the whole session.
            heading.right = tr("in the newest %1").arg(counted(eventsForCompletion, tr("event")));
    }
    if (draft.stage == FilterDraft::Stage::Operator)
        heading.left = tr("How to compare %1").arg(draft.key);
    if (draft.stage != FilterDraft::Stage::Key && draft.key != "since"_L1 && draft.key != "until"_L1) {
        const QString part = draft.stage == FilterDraft::Stage::Operator ? draft.rest : QString();
        for (const FilterOp op : operatorsFor(draft.key))
            offer(Suggestion::Kind::Operator, operatorWord(op), operatorHint(op), part);
    }
    m_popup->suggest(heading, lines, m_edit->geometry());
}

void TokenEdit::acceptCompletion()
{
    const Suggestion *line = m_popup->current();
    if (!line)
        return;
    const Suggestion accepted = *line;
    const FilterDraft draft = parseDraft(m_edit->text());
    const QString &text = accepted.text;
    switch (accepted.kind) {
    case Suggestion::Kind::Key:
        m_edit->setText(text + u' ');
        break;
    case Suggestion::Kind::Operator:
        m_edit->setText(draft.key + u' ' + text + u' '
            + (draft.stage == FilterDraft::Stage::Value ? draft.rest : QString()));
        break;
    case Suggestion::Kind::Value:
        m_edit->setText(draft.key + u' ' + operatorWord(draft.op) + u" \""_s + text + u'"');
        break;
    }
    const bool finished = accepted.kind == Suggestion::Kind::Value || text == operatorWord(FilterOp::Exists);
    m_edit->setFocus();
    if (finished)
        commit();
    else
        draftEdited();
}

bool TokenEdit::keyPressed(int key, Qt::KeyboardModifiers modifiers)
{
    const bool open = m_popup->isVisible();
    switch (key) {
    case Qt::Key_Tab:
        if (!open || modifiers != Qt::NoModifier)
            return false;
        acceptCompletion();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (open && m_popup->isChosen())
            acceptCompletion();
        else
            commit();
        return true;
    case Qt::Key_Escape:
        escape();
        return true;
    case Qt::Key_Down:
    case Qt::Key_Up:
        if (open)
            m_popup->moveCurrent(key == Qt::Key_Down ? 1 : -1);
        else
            draftEdited();
        return true;
    case Qt::Key_Backspace:
        if (!m_edit->text().isEmpty() || m_terms.isEmpty())
            return false;
        editTerm(static_cast<int>(m_terms.size()) - 1);
        return true;
    default:
        return false;
    }
}

void TokenEdit::escape()
{
    if (m_popup->isVisible())
        return m_popup->hide();
    if (!m_edit->text().isEmpty()) {
        showError({});
        return m_edit->clear();
    }
    emit dismissed();
}

void TokenEdit::showError(const QString &message)
{
    if (message == m_error)
        return;
    m_error = message;
    describe();
    update();
    if (message.isEmpty())
        QToolTip::hideText();
    else if (isVisible())
        QToolTip::showText(mapToGlobal(QPoint(m_edit->x(), height())), message, this);
}

void TokenEdit::describe()
{
    QStringList words;
    for (const FilterTerm &term : std::as_const(m_terms))
        words.append(toText(term));
    const QString filters = words.isEmpty() ? tr("No filter") : tr("Filtered by %1").arg(words.join(u", "_s));
    m_edit->setAccessibleDescription(m_error.isEmpty() ? filters : m_error + u". "_s + filters);
}

int TokenEdit::chipWidth(const FilterTerm &term) const
{
    const auto [left, right] = chipText(term);
    const QFontMetrics metrics(Weir::font(TextStyle::Row));
    return px(6) + metrics.horizontalAdvance(left) + px(4)
        + metrics.horizontalAdvance(elided(right, TextStyle::Row)) + px(4) + px(12) + px(5);
}

void TokenEdit::layOut()
{
    m_chips.clear();
    const int chipHeight = px(20);
    int x = px(8) + px(14) + px(6);
    for (const FilterTerm &term : std::as_const(m_terms)) {
        const QRect rect(x, (height() - chipHeight) / 2, chipWidth(term), chipHeight);
        m_chips.append({rect, QRect(rect.right() - px(17), rect.y(), px(18), chipHeight)});
        x = rect.right() + px(5);
    }
    // With more tokens than fit, the newest stay in sight.
    const int keyRoom = px(28);
    const int overflow = qMax(0, x + px(editRoom) + keyRoom - width());
    const int shift = m_chips.isEmpty() ? 0 : qMin(overflow, x - px(28));
    for (Chip &chip : m_chips) {
        chip.rect.translate(-shift, 0);
        chip.close.translate(-shift, 0);
    }
    m_edit->setFont(Weir::font(TextStyle::Row));
    m_edit->setPlaceholderText(
        m_terms.isEmpty() ? tr("Add a filter, or search any text") : tr("Add a filter"));
    QPalette palette = this->palette();
    palette.setColor(QPalette::Base, Qt::transparent);
    m_edit->setPalette(palette);
    m_edit->setGeometry(x - shift, 2, qMax(px(40), width() - (x - shift) - keyRoom), height() - 4);
    update();
}

void TokenEdit::paintChip(QPainter &painter, int index) const
{
    const Chip &chip = m_chips[index];
    const auto [left, right] = chipText(m_terms[index]);
    drawRounded(&painter, chip.rect, 3, color(Token::S4), {});
    painter.setFont(Weir::font(TextStyle::Row));
    painter.setPen(color(Token::T2));
    QRect text = chip.rect.adjusted(px(6), 0, 0, 0);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, left);
    text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(left) + px(4));
    painter.setPen(color(Token::T1));
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, elided(right, TextStyle::Row));
    drawIcon(&painter, chip.close, u"x", px(12), index == m_hoveredClose ? Token::T1 : Token::T2);
}

void TokenEdit::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool focused = m_edit->hasFocus();
    const Token border = !m_error.isEmpty() ? Token::Err : focused ? Token::Focus : Token::Line2;
    drawRounded(&painter, rect(), 5, color(Token::S3), color(border), focused ? 2 : 1);
    painter.setClipRect(rect().adjusted(3, 2, -3, -2));
    drawIcon(&painter, QRect(px(8), 0, px(14), height()), u"list-filter", px(14), Token::T3);
    painter.setClipRect(rect().adjusted(px(26), 2, -3, -2));
    for (int i = 0; i < m_chips.size(); ++i)
        paintChip(painter, i);
    const QString key = u"/"_s;
    drawKeyChip(&painter, QRect(width() - keyChipWidth(key) - px(6), 0, 0, height()), key);
}

void TokenEdit::resizeEvent(QResizeEvent *)
{
    layOut();
}

int TokenEdit::chipAt(QPoint position, bool onClose) const
{
    for (int i = 0; i < m_chips.size(); ++i) {
        if ((onClose ? m_chips[i].close : m_chips[i].rect).contains(position))
            return i;
    }
    return -1;
}

void TokenEdit::mousePressEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    if (const int index = chipAt(position, true); index >= 0)
        return removeTerm(index);
    if (const int index = chipAt(position, false); index >= 0)
        return editTerm(index);
    m_edit->setFocus(Qt::MouseFocusReason);
}

void TokenEdit::mouseMoveEvent(QMouseEvent *event)
{
    const int hovered = chipAt(event->position().toPoint(), true);
    if (hovered == std::exchange(m_hoveredClose, hovered))
        return;
    setCursor(hovered >= 0 ? Qt::PointingHandCursor : Qt::IBeamCursor);
    update();
}

void TokenEdit::leaveEvent(QEvent *)
{
    m_hoveredClose = -1;
    update();
}

void TokenEdit::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        layOut();
}

bool TokenEdit::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && !m_error.isEmpty()) {
        QToolTip::showText(mapToGlobal(QPoint(m_edit->x(), height())), m_error, this);
        return true;
    }
    return QWidget::event(event);
}

bool TokenEdit::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_edit)
        return false;
    switch (event->type()) {
    case QEvent::FocusIn:
        update();
        break;
    case QEvent::FocusOut:
        m_popup->hide();
        update();
        break;
    case QEvent::ShortcutOverride: // Else Esc and Tab would go to the window's actions first.
        if (const int key = static_cast<QKeyEvent *>(event)->key();
            key == Qt::Key_Escape || key == Qt::Key_Slash)
            event->accept();
        break;
    case QEvent::KeyPress: {
        const auto *press = static_cast<QKeyEvent *>(event);
        return keyPressed(press->key(), press->modifiers());
    }
    default:
        break;
    }
    return false;
}

} // namespace Weir
