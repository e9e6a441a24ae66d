#include "ui/theme/icons.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QPixmap render(QStringView name, int size, QRgb colour, qreal devicePixelRatio)
{
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    // QtSvg draws currentColor as black.
    svg.replace("currentColor", QColor::fromRgb(colour).name().toLatin1());
    QSvgRenderer renderer(svg);
    const int pixels = qRound(size * devicePixelRatio);
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

struct IconKey
{
    std::size_t name;
    int size;
    QRgb colour;
    int ratioPercent;
    bool operator==(const IconKey &) const = default;
};

std::size_t qHash(const IconKey &key, std::size_t seed = 0)
{
    return qHashMulti(seed, key.name, key.size, key.colour, key.ratioPercent);
}

/// Draws the icon anew for each colour, so that a theme switch needs no new QIcon.
class ThemeIconEngine : public QIconEngine
{
public:
    ThemeIconEngine(QString name, Token off, Token on)
        : m_name(std::move(name))
        , m_off(off)
        , m_on(on)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        drawIcon(painter, rect, m_name, qMin(rect.width(), rect.height()), token(mode, state));
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        const int logical = qRound(qMin(size.width(), size.height()) / scale);
        return iconPixmap(m_name, logical, token(mode, state), scale);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QIconEngine *clone() const override { return new ThemeIconEngine(*this); }
    QString key() const override { return u"weir"_s; }

private:
    Token token(QIcon::Mode mode, QIcon::State state) const
    {
        if (mode == QIcon::Disabled)
            return Token::T4;
        return state == QIcon::On ? m_on : m_off;
    }

    QString m_name;
    Token m_off, m_on;
};

} // namespace

QPixmap iconPixmap(QStringView name, int size, Token token, qreal devicePixelRatio)
{
    // Asked for in every row of every paint, so the key is made without a string.
    static QHash<IconKey, QPixmap> cache;
    const IconKey key{qHash(name), size, color(token).rgb(), qRound(devicePixelRatio * 100)};
    const auto found = cache.constFind(key);
    if (found != cache.constEnd())
        return *found;
    if (cache.size() > 2000) // Many text scales and screens later.
        cache.clear();
    return *cache.insert(key, render(name, size, key.colour, devicePixelRatio));
}

void drawIcon(QPainter *painter, const QRect &rect, QStringView name, int size, Token token)
{
    const QPixmap pixmap = iconPixmap(name, size, token, painter->device()->devicePixelRatioF());
    painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, pixmap);
}

QIcon themeIcon(const QString &name, Token token, Token on)
{
    return QIcon(new ThemeIconEngine(name, token, on));
}

} // namespace Weir
