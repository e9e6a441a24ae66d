#include "ui/panels/runflagsbar.h"

#include "ui/models/format.h"
#include "ui/theme/controls.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int gap = 6, iconWidth = 20, moreWidth = 30;

QString textOf(const RunFlag &flag)
{
    return fromUtf8(flag.key) + u' ' + fromUtf8(toText(flag.value));
}

bool isOnlyServed(const RunFlag &flag)
{
    return raw(flag.event) == 0;
}

QString spokenText(const RunFlag &flag)
{
    const QString text
        = flag.isOverridden ? RunFlagsBar::tr("%1, overridden").arg(textOf(flag)) : textOf(flag);
    return isOnlyServed(flag) ? RunFlagsBar::tr("%1, served, in no event").arg(text) : text;
}

/// Draws it, or only measures when there is no painter.
int drawFlag(QPainter *painter, QPoint at, const RunFlag &flag)
{
    const bool isLit = flag.isOverridden && !isOnlyServed(flag);
    return drawBadge(painter, at, {}, textOf(flag), isLit ? Token::Accent : Token::T2,
        isLit ? Token::AccentBg : Token::Line2);
}

} // namespace

RunFlagsBar::RunFlagsBar(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFlags({});
}

void RunFlagsBar::setFlags(const std::vector<RunFlag> &flags)
{
    m_flags.clear();
    QStringList lines;
    for (const RunFlag &flag : flags) {
        lines += spokenText(flag);
        if (flag.isOverridden || !isOnlyServed(flag))
            m_flags.push_back(flag);
    }
    setToolTip(lines.isEmpty() ? QString() : tr("Flags of this run") + u'\n' + lines.join(u'\n'));
    setAccessibleName(lines.isEmpty() ? tr("This run has seen no flags")
                                      : tr("Flags of this run: %1").arg(lines.join(u"; "_s)));
    updateGeometry();
    update();
}

QSize RunFlagsBar::sizeHint() const
{
    int width = px(iconWidth);
    for (const RunFlag &flag : m_flags)
        width += drawFlag(nullptr, {}, flag) + px(gap);
    return {m_flags.empty() ? 0 : width, badgeHeight()};
}

QSize RunFlagsBar::minimumSizeHint() const
{
    return {0, badgeHeight()};
}

void RunFlagsBar::paintEvent(QPaintEvent *)
{
    if (m_flags.empty())
        return;
    QPainter painter(this);
    int x = qMax(0, width() - sizeHint().width()); // At the right: what comes later moves nothing else.
    const int y = (height() - badgeHeight()) / 2;
    drawIcon(&painter, QRect(x, 0, px(14), height()), u"flag", px(14), Token::FamilyFlag);
    x += px(iconWidth);
    for (std::size_t i = 0; i < m_flags.size(); ++i) {
        const std::size_t more = m_flags.size() - i;
        const int needed = drawFlag(nullptr, {}, m_flags[i]);
        if (x + needed + (more > 1 ? px(moreWidth) : 0) > width()) {
            painter.setFont(Weir::font(TextStyle::Mono));
            painter.setPen(color(Token::T3));
            painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft,
                u'+' + formatCount(qint64(more)));
            return;
        }
        drawFlag(&painter, {x, y}, m_flags[i]);
        x += needed + px(gap);
    }
}

} // namespace Weir
