#include "ui/models/snippets.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

/// `%1` stands for the base address, `%2` for the port. The line that begins with '>' is the marked one.
struct SnippetRow
{
    const char *title;
    const char *code;
    const char *note;
};

// The options are those of the SDKs' own documentation; tests/e2e runs the SDKs with them.
constexpr SnippetRow rows[] = {
    {"posthog-js",
        "// Only the host changes. Keep your project key.\n"
        "import posthog from 'posthog-js'\n"
        "\n"
        "posthog.init('phc_your_project_key', {\n"
        ">  api_host: '%1',\n"
        "})\n"
        "\n"
        "// Weir marks events that lack one of these three.\n"
        "posthog.capture('flow_executed', {\n"
        "  trace_id, user_id, workspace_id,\n"
        "})",
        QT_TRANSLATE_NOOP(
            "Snippets", "Flags come from your overrides until you set definitions or an upstream")},
    {"posthog-node",
        "// Only the host changes. Keep your project key.\n"
        "import { PostHog } from 'posthog-node'\n"
        "\n"
        "const posthog = new PostHog('phc_your_project_key', {\n"
        ">  host: '%1',\n"
        "})\n"
        "\n"
        "posthog.capture({\n"
        "  distinctId: user_id,\n"
        "  event: 'flow_executed',\n"
        "  properties: { trace_id, user_id, workspace_id },\n"
        "})",
        QT_TRANSLATE_NOOP(
            "Snippets", "Flags come from your overrides until you set definitions or an upstream")},
    {"posthog-python",
        "# Only the host changes. Keep your project key.\n"
        "from posthog import Posthog\n"
        "\n"
        "posthog = Posthog(\n"
        "    'phc_your_project_key',\n"
        ">    host='%1',\n"
        ")\n"
        "\n"
        "posthog.capture(\n"
        "    event='flow_executed',\n"
        "    distinct_id=user_id,\n"
        "    properties={'trace_id': trace_id, 'user_id': user_id, 'workspace_id': workspace_id},\n"
        ")",
        QT_TRANSLATE_NOOP(
            "Snippets", "Flags come from your overrides until you set definitions or an upstream")},
    {"rudder-sdk-node",
        "// Only the data plane changes. Keep your write key.\n"
        "import RudderAnalytics from '@rudderstack/rudder-sdk-node'\n"
        "\n"
        "const analytics = new RudderAnalytics('your_write_key', {\n"
        ">  dataPlaneUrl: '%1',\n"
        "})\n"
        "\n"
        "analytics.track({\n"
        "  userId: user_id,\n"
        "  event: 'flow_executed',\n"
        "  properties: { trace_id, user_id, workspace_id },\n"
        "})",
        ""},
    {"analytics-js",
        "// RudderStack. The data plane and the configuration come from Weir.\n"
        "import { RudderAnalytics } from '@rudderstack/analytics-js'\n"
        "\n"
        "const analytics = new RudderAnalytics()\n"
        ">analytics.load('your_write_key', '%1', { configUrl: '%1' })\n"
        "\n"
        "analytics.track('flow_executed', { trace_id, user_id, workspace_id })",
        ""},
    {"Segment",
        "// Only the host changes. Keep your write key.\n"
        "import { Analytics } from '@segment/analytics-node'\n"
        "\n"
        "const analytics = new Analytics({\n"
        "  writeKey: 'your_write_key',\n"
        ">  host: '%1',\n"
        "})\n"
        "\n"
        "analytics.track({\n"
        "  userId: user_id,\n"
        "  event: 'flow_executed',\n"
        "  properties: { trace_id, user_id, workspace_id },\n"
        "})",
        ""},
    {"curl",
        "# One event, as PostHog's capture endpoint takes it.\n"
        ">curl %1/capture/ \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  -d '{\"api_key\": \"phc_your_project_key\",\n"
        "       \"event\": \"flow_executed\",\n"
        "       \"distinct_id\": \"u_1\",\n"
        "       \"properties\": {\"trace_id\": \"run-1\", \"user_id\": \"u_1\", \"workspace_id\": \"w_1\"}}'",
        ""},
    {"Supabase",
        "-- In the SQL editor of a local stack. Postgres runs in a container there.\n"
        "create trigger weir_runs\n"
        "after insert or update or delete on public.workflow_runs\n"
        "for each row execute function supabase_functions.http_request(\n"
        ">  'http://host.docker.internal:%2/supabase/webhook', 'POST',\n"
        "  '{\"Content-Type\": \"application/json\"}', '{}', '1000'\n"
        ");",
        QT_TRANSLATE_NOOP("Snippets",
            "On Linux the container reaches Weir only on the Docker bridge: start it with --host 172.17.0.1 "
            "and a token")},
};

} // namespace

QList<Snippet> snippets(const QString &host, quint16 port)
{
    const bool isIpv6 = host.contains(u':');
    const QString portText = QString::number(port);
    const QString base = u"http://"_s + (isIpv6 ? u'[' + host + u']' : host) + u':' + portText;
    QList<Snippet> result;
    for (const SnippetRow &row : rows) {
        Snippet snippet{QString::fromLatin1(row.title), {}, 0,
            *row.note ? QCoreApplication::translate("Snippets", row.note) : QString()};
        QStringList lines = QString::fromUtf8(row.code).split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i) {
            if (lines[i].startsWith(u'>')) {
                lines[i].remove(0, 1);
                snippet.markedLine = static_cast<int>(i);
            }
        }
        snippet.code = lines.join(u'\n').replace("%1"_L1, base).replace("%2"_L1, portText);
        result.append(snippet);
    }
    return result;
}

} // namespace Weir
