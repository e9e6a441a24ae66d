#include "ui/window/commands.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct CommandRow
{
    Command command;
    CommandMenu menu;
    const char *title;
    const char *keys; ///< In portable text, blank-separated.
    bool checkable = false;
};

using enum Command;
using enum CommandMenu;

struct Commands
{
    Q_DECLARE_TR_FUNCTIONS(Commands)
public:
    static constexpr CommandRow rows[] = {
        {NewSession, Session, QT_TR_NOOP("New session…"), "Ctrl+N"},
        {OpenSession, Session, QT_TR_NOOP("Open session…"), "Ctrl+O"},
        {SaveSessionAs, Session, QT_TR_NOOP("Save session as…"), "Ctrl+Shift+S"},
        {Quit, Session, QT_TR_NOOP("Quit"), "Ctrl+Q"},
        {GoLive, Go, QT_TR_NOOP("Live"), "Ctrl+1"},
        {GoFlags, Go, QT_TR_NOOP("Flags"), "Ctrl+3"},
        {FocusFilter, Go, QT_TR_NOOP("Filter"), "Ctrl+F /"},
        {FindInDetails, Go, QT_TR_NOOP("Find in details"), "Ctrl+Shift+F"},
        {NextPane, Go, QT_TR_NOOP("Next pane"), "F6"},
        {PreviousPane, Go, QT_TR_NOOP("Previous pane"), "Shift+F6"},
        {NextTab, Go, QT_TR_NOOP("Next tab of details"), "Ctrl+PgDown"},
        {PreviousTab, Go, QT_TR_NOOP("Previous tab of details"), "Ctrl+PgUp"},
        {PauseView, View, QT_TR_NOOP("Pause the view"), "F8", true},
        {DemoMode, View, QT_TR_NOOP("Demo switchboard"), "F9"},
        {ToggleNav, View, QT_TR_NOOP("Navigation"), "Ctrl+B", true},
        {ToggleDetails, View, QT_TR_NOOP("Details"), "Ctrl+J", true},
        {MoveDetails, View, QT_TR_NOOP("Details at the bottom"), "Ctrl+Shift+J", true},
        {ToggleTheme, View, QT_TR_NOOP("Dark or light"), "Ctrl+Shift+L"},
        {FollowSystemTheme, View, QT_TR_NOOP("Dark or light as the desktop"), "", true},
        {LargerText, View, QT_TR_NOOP("Larger text"), "Ctrl++ Ctrl+="},
        {SmallerText, View, QT_TR_NOOP("Smaller text"), "Ctrl+-"},
        {NormalText, View, QT_TR_NOOP("Normal text"), "Ctrl+0"},
        {Dense, View, QT_TR_NOOP("Dense rows"), "Ctrl+Alt+1", true},
        {Compact, View, QT_TR_NOOP("Compact rows"), "Ctrl+Alt+2", true},
        {Comfortable, View, QT_TR_NOOP("Comfortable rows"), "Ctrl+Alt+3", true},
        {ToggleMenuBar, View, QT_TR_NOOP("Menu bar"), "F10", true},
        {NoOverrides, Flags, QT_TR_NOOP("Upstream: remove all overrides"), "Alt+0"},
        {Scene1, Flags, QT_TR_NOOP("Scene 1"), "Alt+1", true},
        {Scene2, Flags, QT_TR_NOOP("Scene 2"), "Alt+2", true},
        {Scene3, Flags, QT_TR_NOOP("Scene 3"), "Alt+3", true},
        {Scene4, Flags, QT_TR_NOOP("Scene 4"), "Alt+4", true},
        {Scene5, Flags, QT_TR_NOOP("Scene 5"), "Alt+5", true},
        {Scene6, Flags, QT_TR_NOOP("Scene 6"), "Alt+6", true},
        {Scene7, Flags, QT_TR_NOOP("Scene 7"), "Alt+7", true},
        {Scene8, Flags, QT_TR_NOOP("Scene 8"), "Alt+8", true},
        {Scene9, Flags, QT_TR_NOOP("Scene 9"), "Alt+9", true},
        {Palette, Help, QT_TR_NOOP("All commands"), "Ctrl+K"},
        {Shortcuts, Help, QT_TR_NOOP("Keyboard shortcuts"), "F1 Ctrl+?"},
    };
};
static_assert(std::size(Commands::rows) == commandCount);

} // namespace

QList<CommandInfo> commandList()
{
    QList<CommandInfo> list;
    for (const CommandRow &row : Commands::rows) {
        CommandInfo info{row.command, row.menu, Commands::tr(row.title), {}, row.checkable};
        for (const QString &key : QString::fromLatin1(row.keys).split(u' ', Qt::SkipEmptyParts))
            info.keys.append(QKeySequence::fromString(key, QKeySequence::PortableText));
        list.append(info);
    }
    return list;
}

QString menuTitle(CommandMenu menu)
{
    switch (menu) {
    case Session:
        return Commands::tr("&Session");
    case Go:
        return Commands::tr("&Go");
    case View:
        return Commands::tr("&View");
    case Flags:
        return Commands::tr("&Flags");
    case Help:
        break;
    }
    return Commands::tr("&Help");
}

QList<LocalKey> localKeys()
{
    const QString list = Commands::tr("List"), filter = Commands::tr("Filter"),
                  anywhere = Commands::tr("Anywhere"), demo = Commands::tr("Demo"),
                  flags = Commands::tr("Flags");
    return {
        {anywhere, u"Esc"_s, Commands::tr("Close the popup, then clear the draft, then close details")},
        {list, u"Up, Down, PgUp, PgDn, Home"_s, Commands::tr("Move")},
        {list, u"End"_s, Commands::tr("Last row, and follow")},
        {list, u"Left, Right, Shift+Right"_s, Commands::tr("Collapse, expand, expand all below")},
        {list, u"Enter"_s, Commands::tr("Open or close the group, show details")},
        {list, u"Space"_s, Commands::tr("Pause or resume the view")},
        {list, u"J, K"_s, Commands::tr("Next, previous event across groups")},
        {list, u"N, Shift+N"_s, Commands::tr("Next, previous problem")},
        {list, u"E, Shift+E"_s, Commands::tr("Filter by, exclude the value of the cell")},
        {list, u"Shift+Up, Shift+Down, Ctrl+A"_s, Commands::tr("Select more, select all")},
        {list, u"C, Ctrl+C"_s, Commands::tr("Copy the selected events as JSON, copy the cell")},
        {list, u"Shift+F10, Menu"_s, Commands::tr("Context menu")},
        {flags, u"Left, Right"_s, Commands::tr("Serve the previous, the next of its choices")},
        {flags, u"Delete"_s, Commands::tr("Back to upstream")},
        {flags, u"Space"_s, Commands::tr("Open its choices")},
        {flags, u"Enter"_s, Commands::tr("To its details")},
        {flags, u"Ctrl+Enter"_s, Commands::tr("Apply the payload")},
        {filter, u"Tab"_s, Commands::tr("Accept the suggestion")},
        {filter, u"Enter"_s, Commands::tr("Apply")},
        {filter, u"Backspace"_s, Commands::tr("Edit the last condition")},
        {demo, u"1 to 9"_s, Commands::tr("Toggle the switch")},
        {demo, u"Shift+1 to Shift+9"_s, Commands::tr("Next variant")},
        {demo, u"0"_s, Commands::tr("Back to upstream")},
        {demo, u"Esc"_s, Commands::tr("Return to the main window")},
    };
}

} // namespace Weir
