#include "ui/panels/payloadedit.h"

#include "core/base/jsoncursor.h"
#include "core/base/jsontext.h"
#include "ui/models/format.h"
#include "ui/models/jsonmembers.h"
#include "ui/panels/codeview.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QTextBlock>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr auto checkedAfter = std::chrono::milliseconds(150);

bool isApply(const QKeyEvent &key)
{
    return (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter)
        && key.modifiers().testFlag(Qt::ControlModifier);
}

/// Why `json` is none; empty: it is.
QString problemOf(const std::string &json)
{
    if (isJson(json))
        return {};
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(json); !built)
        return fromUtf8(toText(built.error()));
    JsonCursor cursor(index);
    cursor.skip();
    cursor.finish();
    return fromUtf8(toText(cursor.error()));
}

} // namespace

class NumberedEdit::Gutter : public QWidget
{
public:
    explicit Gutter(NumberedEdit *edit)
        : QWidget(edit)
        , m_edit(edit)
    {
    }

protected:
    void paintEvent(QPaintEvent *event) override { m_edit->paintNumbers(event); }

private:
    NumberedEdit *m_edit;
};

NumberedEdit::NumberedEdit(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_gutter(new Gutter(this))
    , m_highlighter(new JsonHighlighter(document()))
{
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setWordWrapMode(QTextOption::WrapAnywhere);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &NumberedEdit::fit);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &, int by) {
        if (by)
            m_gutter->scroll(0, by);
        m_gutter->update();
    });
    fit();
}

void NumberedEdit::fit()
{
    if (m_fitting)
        return;
    m_fitting = true;
    setFont(Weir::font(TextStyle::Mono));
    QPalette own = palette();
    own.setColor(QPalette::Base, color(isEnabled() ? Token::S1 : Token::S2));
    own.setColor(QPalette::Text, color(Token::T1));
    setPalette(own);
    document()->setDocumentMargin(px(6));
    const auto digits = static_cast<int>(QString::number(qMax(1, blockCount())).size());
    const int width = fontMetrics().horizontalAdvance(u'0') * digits + px(17);
    setViewportMargins(width, 0, 0, 0);
    m_gutter->setGeometry(1, 1, width, height() - 2);
    m_highlighter->rehighlight();
    m_fitting = false;
}

void NumberedEdit::paintNumbers(QPaintEvent *)
{
    QPainter painter(m_gutter);
    painter.fillRect(m_gutter->width() - px(1), 0, px(1), m_gutter->height(), color(Token::Line2));
    painter.setFont(Weir::font(TextStyle::Mono));
    painter.setPen(color(Token::T3));
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
        if (place.top() > viewport()->height())
            break;
        painter.drawText(QRectF(0, place.top(), m_gutter->width() - px(9), fontMetrics().height()),
            Qt::AlignRight | Qt::AlignVCenter, QString::number(block.blockNumber() + 1));
    }
}

void NumberedEdit::keyPressEvent(QKeyEvent *event)
{
    if (isApply(*event))
        emit applyWanted();
    else
        QPlainTextEdit::keyPressEvent(event);
}

bool NumberedEdit::event(QEvent *event)
{
    // Before the window's shortcuts get it.
    if (event->type() == QEvent::ShortcutOverride && isApply(*static_cast<QKeyEvent *>(event)))
        event->accept();
    return QPlainTextEdit::event(event);
}

void NumberedEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    m_gutter->setFixedHeight(height() - 2);
}

void NumberedEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::EnabledChange)
        fit();
}

namespace {

/// The frame around the editor; in the accent while it has the focus.
class EditFrame : public QWidget
{
public:
    EditFrame(QWidget *edit, QWidget *parent)
        : QWidget(parent)
        , m_edit(edit)
    {
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(2, 2, 2, 2);
        layout->addWidget(edit);
        edit->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
            update();
        return QWidget::eventFilter(watched, event);
    }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool focused = m_edit->hasFocus();
        drawRounded(&painter, rect(), 5, color(m_edit->isEnabled() ? Token::S1 : Token::S2),
            color(focused                 ? Token::Focus
                    : m_edit->isEnabled() ? Token::Line3
                                          : Token::Line2),
            focused ? 2 : 1);
    }

private:
    QWidget *m_edit;
};

} // namespace

PayloadEdit::PayloadEdit(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Payload"), TextStyle::CaptionRegular, Token::T3, this))
    , m_verdict(new TextLabel({}, TextStyle::CaptionRegular, Token::Ok, this))
    , m_upstream(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
    , m_edit(new NumberedEdit(this))
    , m_apply(new QPushButton(tr("Apply"), this))
    , m_format(new QPushButton(tr("Format"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
{
    m_edit->setAccessibleName(tr("Payload, JSON"));
    m_edit->setFixedHeight(px(120));
    m_verdict->setEliding(true);
    m_verdict->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_upstream->setEliding(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(px(14), px(10), px(14), px(12));
    layout->setSpacing(px(6));
    auto *head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addWidget(m_verdict, 1);
    layout->addLayout(head);
    layout->addWidget(new EditFrame(m_edit, this));
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_upstream, 1);
    setButtonLook(m_format, ButtonKind::Ghost, ButtonSize::Small);
    setButtonLook(m_revert, ButtonKind::Normal, ButtonSize::Small);
    setButtonLook(m_apply, ButtonKind::Normal, ButtonSize::Small);
    m_apply->setToolTip(tr("Ctrl+Enter"));
    for (QPushButton *button : {m_format, m_revert, m_apply})
        foot->addWidget(button);
    layout->addLayout(foot);
    m_check.setSingleShot(true);
    m_check.setInterval(checkedAfter);
    connect(&m_check, &QTimer::timeout, this, &PayloadEdit::check);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        m_check.start();
        showVerdict();
    });
    connect(m_edit, &NumberedEdit::applyWanted, this, &PayloadEdit::apply);
    connect(m_apply, &QPushButton::clicked, this, &PayloadEdit::apply);
    connect(m_format, &QPushButton::clicked, this, &PayloadEdit::format);
    connect(m_revert, &QPushButton::clicked, this, &PayloadEdit::revert);
    check();
}

void PayloadEdit::setPayload(
    const QString &key, const QString &value, const std::optional<std::string> &payload)
{
    const QString served = payload ? fromUtf8(*payload) : QString();
    const bool isOther = key != m_key || value != m_value;
    if (!isOther && served == m_served)
        return;
    const bool wasChanged = isChanged();
    m_key = key;
    m_value = value;
    m_served = served;
    m_title->setText(value.isEmpty() ? tr("Payload") : tr("Payload for %1").arg(value));
    if (isOther || !wasChanged)
        revert();
    check();
}

void PayloadEdit::setUpstream(const QString &sentence)
{
    m_upstream->setText(sentence);
    m_upstream->setToolTip(sentence);
}

bool PayloadEdit::isChanged() const
{
    return m_edit->toPlainText().trimmed() != m_served.trimmed();
}

void PayloadEdit::check()
{
    m_check.stop();
    const QString text = m_edit->toPlainText().trimmed();
    const QString problem = text.isEmpty() ? QString() : problemOf(text.toStdString());
    m_isValid = problem.isEmpty();
    m_verdict->setLook(TextStyle::CaptionRegular, m_isValid ? Token::Ok : Token::Err);
    m_verdict->setText(!m_isValid ? problem : text.isEmpty() ? tr("No payload") : tr("Valid JSON"));
    if (m_isValid && text.isEmpty())
        m_verdict->setLook(TextStyle::CaptionRegular, Token::T3);
    m_verdict->setToolTip(problem);
    m_verdict->setAccessibleName(m_verdict->text());
    showVerdict();
}

void PayloadEdit::showVerdict()
{
    const bool changed = isChanged();
    m_apply->setVisible(changed);
    m_apply->setEnabled(m_isValid);
    m_revert->setEnabled(changed);
    m_format->setEnabled(m_isValid && !m_edit->toPlainText().trimmed().isEmpty());
}

void PayloadEdit::apply()
{
    check(); // What was typed within the last moment, too.
    if (!m_isValid || !isChanged())
        return;
    const std::string text = m_edit->toPlainText().trimmed().toStdString();
    emit applied(text.empty() ? std::nullopt : std::optional(text));
}

void PayloadEdit::format()
{
    check();
    if (!m_isValid)
        return;
    // As an edit, so that it can be undone.
    QTextCursor all(m_edit->document());
    all.select(QTextCursor::Document);
    all.insertText(jsonPretty(m_edit->toPlainText().trimmed().toStdString()));
}

void PayloadEdit::revert()
{
    m_edit->setPlainText(m_served);
    check();
}

} // namespace Weir
