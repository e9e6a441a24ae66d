#pragma once

#include "core/store/eventquery.h"
#include "ui/panels/background.h"
#include "ui/panels/findstep.h"

#include <QWidget>

#include <vector>

class QBoxLayout;
class QPushButton;
class QScrollArea;

namespace Weir {

class CodeView;
class FactList;
class PropertyModel;
class PropertyView;
struct FilterTerm;

/// The Properties tab: one list at the side, three columns at the bottom.
class PropertiesTab : public QWidget
{
    Q_OBJECT
public:
    PropertiesTab(PropertyModel &model, QWidget *parent);
    ~PropertiesTab() override;
    void setColumns(bool columns);
    bool find(const QString &text, FindStep step);

signals:
    void filterRequested(const Weir::FilterTerm &term);
    void eventWanted(qint64 event);

private:
    struct Column;
    void join(PropertyView *view);
    void buildColumn(std::size_t group);
    void fitColumns();

    PropertyModel &m_model;
    PropertyView *m_list;
    QWidget *m_columns;
    std::vector<Column> m_groups; ///< By PropertyModel::Group.
    std::size_t m_found = 0; ///< The column of the last hit.
};

/// The Request tab: what is known of the request, its headers, its decoded body.
class RequestTab : public QWidget
{
    Q_OBJECT
public:
    explicit RequestTab(QWidget *parent);
    void setSideBySide(bool sideBySide);
    /// Begins to decode the body, so it is called when the tab comes into sight.
    void setRequest(const StoredRequest &request, const Event &event);
    CodeView *code() const { return m_body; }

private:
    void setFacts(const StoredRequest &request, std::int64_t eventIndex);

    Background m_decoding;
    QBoxLayout *m_layout;
    FactList *m_facts, *m_headers;
    CodeView *m_body;
};

/// The Raw tab: all clocks, and the event's JSON indented or exactly as sent.
class RawTab : public QWidget
{
    Q_OBJECT
public:
    explicit RawTab(QWidget *parent);
    void setSideBySide(bool sideBySide);
    void setEvent(const StoredEvent &event);
    CodeView *code() const { return m_code; }

private:
    void showCode();

    Background m_printing;
    QBoxLayout *m_layout;
    FactList *m_clocks;
    CodeView *m_code;
    QPushButton *m_pretty, *m_exact;
    QByteArray m_payload;
};

} // namespace Weir
