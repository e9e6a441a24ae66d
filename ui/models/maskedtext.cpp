#include "ui/models/maskedtext.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr qsizetype longestText = 4'000; ///< More is cut before it is looked at.
constexpr qsizetype shortestBeginning = 12; ///< Of a value that may be cut off.

// What is hidden; a first group stays. In this order: what is hidden by one is no match for the next.
constexpr const char16_t *rules[] = {
    // Credentials in a URL, and whatever a parameter of such a name carries.
    uR"((\w://)[^/\s:@]*:[^/\s@]+(?=@))",
    (uR"((?i)((?:^|[^\p{L}\d])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[ _-]?key|apikey|access[ _-]?key|)"
     uR"((?:access|refresh|auth|id)[ _-]?token|client[ _-]?secret|authorization|cookie|session[ _-]?id|)"
     uR"(distinct[ _-]?id|anonymous[ _-]?id|user[ _-]?id|uid|user|e-?mail|phone|)"
     uR"((?:first|last|full)[ _-]?name)["']?\s*[:=]\s*["']?)(?:Bearer\s+|Basic\s+)?[^\s"',;&}\]]+)"),
    uR"((?i)\b(Bearer\s+|Basic\s+)[A-Za-z0-9._~+/=-]{6,})",
    // Addresses; "contracts@v2" has no top-level domain.
    uR"([\p{L}\d._%+'-]+(?:@|%40)(?:[\p{L}\d-]+\.)+[\p{L}]{2,})",
    uR"([\p{L}\d._%+'-]+@localhost\b)",
    // Keys and tokens by their form: JSON web tokens, prefixes of vendors, UUIDs, long random text.
    uR"(\beyJ[\w-]{4,}(?:\.[\w-]*){0,2})",
    (uR"(\b(?:ph[csx]|[spr]k|whsec|gh[opusr]|github_pat|glpat|xox[abeprs]|xapp|sb_secret|sb_publishable|)"
     uR"(dop_v1|shpat)[_-][A-Za-z0-9_-]{6,})"),
    uR"(\b(?:key|token|tok|secret|npm|hf|sbp?)[_-](?=[\w-]*\d)[\w-]{6,})",
    uR"(\b(?:AKIA|ASIA|AIza)[A-Za-z0-9_-]{12,})",
    uR"(\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)",
    uR"((?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{20,}={0,2})",
    uR"(\b(?=[a-zA-Z]*\d)(?=\d*[a-zA-Z])[A-Za-z0-9]{20,}\b)",
    // Ids of people: a word for one, and a number in what follows.
    (uR"(\b(?:user|usr|uid|u|customer|cus|account|acct|member|person|contact|visitor|device|session|sess)[_:#-])"
     uR"((?=[\w-]*\d)[\w-]+)"),
    // Numbers of phones and cards, IP addresses.
    uR"((?<![\w.])\+\d(?:[ ().-]{0,2}\d){6,14}(?!\w))",
    uR"((?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-]))",
    uR"((?<![\w.])\d(?:[ -]?\d){12,18}(?![\w.]))",
    uR"((?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]))",
    uR"((?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{0,4}(?![\w:]))",
};

const std::array<QRegularExpression, std::size(rules)> &compiled()
{
    static const auto all = [] {
        std::array<QRegularExpression, std::size(rules)> made;
        for (std::size_t i = 0; i < made.size(); ++i) {
            made[i].setPattern(QString::fromUtf16(rules[i]));
            made[i].setPatternOptions(QRegularExpression::UseUnicodePropertiesOption);
        }
        return made;
    }();
    return all;
}

bool isWordAt(const QString &text, qsizetype place)
{
    return place >= 0 && place < text.size() && (text[place].isLetterOrNumber() || text[place] == u'_');
}

/// `value` where it stands by itself: the id "a" is not in "agent".
void hide(QString &text, const QString &value, const QString &mask)
{
    for (qsizetype at = text.indexOf(value); at >= 0; at = text.indexOf(value, at)) {
        if (isWordAt(text, at - 1) || isWordAt(text, at + value.size())) {
            ++at;
            continue;
        }
        text.replace(at, value.size(), mask);
        at += mask.size();
    }
}

/// What a summary had no room for: the beginning of `value`, as much as is there.
void hideBeginning(QString &text, const QString &value, const QString &mask)
{
    if (value.size() <= shortestBeginning)
        return;
    const QStringView beginning = QStringView(value).left(shortestBeginning);
    for (qsizetype at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at)) {
        qsizetype end = shortestBeginning;
        while (end < value.size() && at + end < text.size() && text[at + end] == value[end])
            ++end;
        text.replace(at, end, mask);
        at += mask.size();
    }
}

} // namespace

QString maskedText(const QString &text, const QStringList &known)
{
    const QString mask = u"•••"_s;
    QString result = text.size() > longestText ? text.left(longestText) + u'…' : text;
    QStringList values = known;
    values.removeAll(QString());
    // The longest first: one may hold another.
    std::ranges::sort(values, std::ranges::greater(), &QString::size);
    for (const QString &value : values) {
        hide(result, value, mask);
        hideBeginning(result, value, mask);
    }
    for (const QRegularExpression &rule : compiled())
        result.replace(rule, rule.captureCount() > 0 ? u"\\1"_s + mask : mask);
    return result;
}

} // namespace Weir
