#pragma once

#include "ui/models/snippets.h"

#include <QTextEdit>

namespace Weir {

/// One snippet: read-only, numbered lines, the line that changes on a tinted ground. As high as its text.
class SnippetView : public QTextEdit
{
    Q_OBJECT
public:
    explicit SnippetView(QWidget *parent = nullptr);
    void setSnippet(const Snippet &snippet);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void applyLook();
    void paintNumbers();
    int rowHeightOfLines() const;

    Snippet m_snippet;
    QWidget *m_numbers;
    bool m_applying = false;
};

} // namespace Weir
