#pragma once

#include "app/flagswiring.h"
#include "ui/models/flagboard.h"

#include <QHash>
#include <QObject>

#include <string>
#include <vector>

namespace Weir {

class Engine;
class FlagsPage;
class MainWindow;
class NavSection;

/// Puts the Flags page into the window, and owns what is behind it: the board and its way to the engine. The
/// nav shows what is overridden, whichever page is shown. Lives on the window's thread; engine and window
/// outlive it.
class FlagsPageWiring : public QObject
{
    Q_OBJECT
public:
    FlagsPageWiring(Engine &engine, MainWindow &window, QObject *parent = nullptr);

    FlagBoard &board() { return m_board; }
    FlagsPage &page() const { return *m_page; }

private:
    void joinCommands();
    void joinPage();
    void joinDemo();
    void saveScene(std::vector<FlagOverride> overrides);
    void showNav();
    void showScenes();

    MainWindow &m_window;
    FlagBoard m_board;
    FlagsWiring m_wiring;
    FlagsPage *m_page; ///< The window's.
    NavSection *m_section; ///< Likewise.
    std::string m_savedScene; ///< To be applied when the board has it; empty: none.
    QHash<quint64, quint64> m_reads; ///< From the wiring's numbers of what is being read to the page's.
};

} // namespace Weir
