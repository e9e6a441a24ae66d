#include "ui/window/commands.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct Commands
{
    Q_DECLARE_TR_FUNCTIONS(Commands)
};

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

constexpr CommandRow commandRows[] = {
    {NewSession, Session, QT_TRANSLATE_NOOP("Commands", "New session…"), "Ctrl+N"},
    {OpenSession, Session, QT_TRANSLATE_NOOP("Commands", "Open session…"), "Ctrl+O"},
    {SaveSessionAs, Session, QT_TRANSLATE_NOOP("Commands", "Save session as…"), "Ctrl+Shift+S"},
    {Quit, Session, QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q"},
    {GoLive, Go, QT_TRANSLATE_NOOP("Commands", "Live"), "Ctrl+1"},
    {FocusFilter, Go, QT_TRANSLATE_NOOP("Commands", "Filter"), "Ctrl+F /"},
    {FindInDetails, Go, QT_TRANSLATE_NOOP("Commands", "Find in details"), "Ctrl+Shift+F"},
    {NextPane, Go, QT_TRANSLATE_NOOP("Commands", "Next pane"), "F6"},
    {PreviousPane, Go, QT_TRANSLATE_NOOP("Commands", "Previous pane"), "Shift+F6"},
    {NextTab, Go, QT_TRANSLATE_NOOP("Commands", "Next tab of details"), "Ctrl+PgDown"},
    {PreviousTab, Go, QT_TRANSLATE_NOOP("Commands", "Previous tab of details"), "Ctrl+PgUp"},
    {PauseView, View, QT_TRANSLATE_NOOP("Commands", "Pause the view"), "F8", true},
    {ToggleNav, View, QT_TRANSLATE_NOOP("Commands", "Navigation"), "Ctrl+B", true},
    {ToggleDetails, View, QT_TRANSLATE_NOOP("Commands", "Details"), "Ctrl+J", true},
    {MoveDetails, View, QT_TRANSLATE_NOOP("Commands", "Details at the bottom"), "Ctrl+Shift+J", true},
    {ToggleTheme, View, QT_TRANSLATE_NOOP("Commands", "Dark or light"), "Ctrl+Shift+L"},
    {FollowSystemTheme, View, QT_TRANSLATE_NOOP("Commands", "Dark or light as the desktop"), "", true},
    {LargerText, View, QT_TRANSLATE_NOOP("Commands", "Larger text"), "Ctrl++ Ctrl+="},
    {SmallerText, View, QT_TRANSLATE_NOOP("Commands", "Smaller text"), "Ctrl+-"},
    {NormalText, View, QT_TRANSLATE_NOOP("Commands", "Normal text"), "Ctrl+0"},
    {Dense, View, QT_TRANSLATE_NOOP("Commands", "Dense rows"), "Ctrl+Alt+1", true},
    {Compact, View, QT_TRANSLATE_NOOP("Commands", "Compact rows"), "Ctrl+Alt+2", true},
    {Comfortable, View, QT_TRANSLATE_NOOP("Commands", "Comfortable rows"), "Ctrl+Alt+3", true},
    {ToggleMenuBar, View, QT_TRANSLATE_NOOP("Commands", "Menu bar"), "F10", true},
    {Palette, Help, QT_TRANSLATE_NOOP("Commands", "All commands"), "Ctrl+K"},
    {Shortcuts, Help, QT_TRANSLATE_NOOP("Commands", "Keyboard shortcuts"), "Ctrl+?"},
};
static_assert(std::size(commandRows) == commandCount);

} // namespace

QList<CommandInfo> commandList()
{
    QList<CommandInfo> list;
    for (const CommandRow &row : commandRows) {
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
    case Help:
        break;
    }
    return Commands::tr("&Help");
}

QList<LocalKey> localKeys()
{
    const QString list = Commands::tr("List"), filter = Commands::tr("Filter"),
                  anywhere = Commands::tr("Anywhere");
    return {
        {anywhere, u"Esc"_s, Commands::tr("Close the popup, then clear the draft, then close details")},
        {list, u"Up, Down, PgUp, PgDn, Home"_s, Commands::tr("Move")},
        {list, u"End"_s, Commands::tr("Last row, and follow")},
        {list, u"Left, Right"_s, Commands::tr("Collapse, expand")},
        {list, u"Space"_s, Commands::tr("Pause or resume the view")},
        {list, u"J, K"_s, Commands::tr("Next, previous event across groups")},
        {list, u"N, Shift+N"_s, Commands::tr("Next, previous problem")},
        {list, u"E, Shift+E"_s, Commands::tr("Filter by, exclude the value of the cell")},
        {list, u"C, Ctrl+C"_s, Commands::tr("Copy as JSON, copy the cell")},
        {list, u"Shift+F10, Menu"_s, Commands::tr("Context menu")},
        {filter, u"Tab"_s, Commands::tr("Accept the suggestion")},
        {filter, u"Enter"_s, Commands::tr("Apply")},
        {filter, u"Backspace"_s, Commands::tr("Edit the last condition")},
    };
}

} // namespace Weir
