#include "ui/models/jsonmembers.h"

#include "ui/models/format.h"

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

/// Copies `json` and puts the white space where it belongs; strings are passed over whole.
class PrettyPrinter
{
public:
    explicit PrettyPrinter(std::string_view json)
        : m_json(json)
    {
        m_out.reserve(static_cast<qsizetype>(json.size() * 3 / 2));
    }

    QByteArray print()
    {
        while (m_at < m_json.size())
            one(m_json[m_at]);
        return m_out;
    }

private:
    void one(char c)
    {
        switch (c) {
        case '"':
            return copyString();
        case '{':
        case '[':
            return open(c);
        case '}':
        case ']':
            --m_depth;
            newLine();
            break;
        case ',':
            m_out.append(c);
            newLine();
            ++m_at;
            return;
        case ':':
            m_out.append(": ");
            ++m_at;
            return;
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            ++m_at;
            return;
        default:
            break;
        }
        m_out.append(c);
        ++m_at;
    }

    void open(char c)
    {
        m_out.append(c);
        const std::size_t next = m_json.find_first_not_of(" \t\r\n", m_at + 1);
        const char closing = c == '{' ? '}' : ']';
        if (next != std::string_view::npos && m_json[next] == closing) {
            m_out.append(closing);
            m_at = next + 1;
            return;
        }
        ++m_depth;
        ++m_at;
        newLine();
    }

    void copyString()
    {
        const std::size_t from = m_at++;
        while (m_at < m_json.size() && m_json[m_at] != '"')
            m_at += m_json[m_at] == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_json.size());
        m_out.append(m_json.data() + from, static_cast<qsizetype>(m_at - from));
    }

    void newLine()
    {
        m_out.append('\n');
        m_out.append(QByteArray(2 * std::max(0, m_depth), ' '));
    }

    std::string_view m_json;
    std::size_t m_at = 0;
    int m_depth = 0;
    QByteArray m_out;
};

bool isValid(std::string_view json)
{
    JsonIndex index;
    if (!index.build(json))
        return false;
    JsonCursor cursor(index);
    cursor.skip();
    return cursor.finish();
}

} // namespace

Result<JsonMembers> jsonMembers(std::string_view json, std::size_t limit)
{
    JsonIndex index;
    if (auto built = index.build(json); !built)
        return std::move(built).error();
    JsonCursor cursor(index);
    JsonMembers result;
    const auto take = [&](const QString &key) {
        if (result.total++ >= limit)
            return;
        const JsonKind kind = cursor.kind();
        result.members.push_back({key, kind, cursor.raw()});
    };
    if (cursor.kind() == JsonKind::Object)
        cursor.object([&](std::string_view key) { take(fromUtf8(key)); });
    else if (cursor.kind() == JsonKind::Array)
        cursor.array([&](std::size_t at) { take(QString::number(at)); });
    if (cursor.failed())
        return cursor.error();
    return result;
}

JsonKind jsonKind(std::string_view json)
{
    JsonIndex index;
    return index.build(json) ? JsonCursor(index).kind() : JsonKind::Invalid;
}

QString jsonText(std::string_view json)
{
    JsonIndex index;
    return fromUtf8(index.build(json) ? JsonCursor(index).textOf() : json);
}

QString jsonQuoted(const QString &text)
{
    QString result = u"\""_s;
    for (const QChar c : text) {
        switch (c.unicode()) {
        case u'"':
            result += u"\\\"";
            break;
        case u'\\':
            result += u"\\\\";
            break;
        case u'\n':
            result += u"\\n";
            break;
        case u'\r':
            result += u"\\r";
            break;
        case u'\t':
            result += u"\\t";
            break;
        default:
            if (c.unicode() < 0x20)
                result += u"\\u%1"_s.arg(c.unicode(), 4, 16, QChar(u'0'));
            else
                result += c;
        }
    }
    return result + u'"';
}

QByteArray jsonArray(const std::vector<QByteArray> &values)
{
    if (values.size() == 1)
        return values.front();
    QByteArray text = "[";
    for (const QByteArray &value : values)
        text += (text.size() == 1 ? "\n" : ",\n") + value;
    return text + (values.empty() ? "]" : "\n]\n");
}

QString jsonPretty(std::string_view json)
{
    if (!isValid(json))
        return fromUtf8(json);
    return QString::fromUtf8(PrettyPrinter(json).print());
}

} // namespace Weir
