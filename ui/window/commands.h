#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>

namespace Weir {

/// Everything that the window can be told to do. Menus, shortcuts and the command palette are made of the
/// same list.
enum class Command : std::uint8_t {
    NewSession,
    OpenSession,
    SaveSessionAs,
    Quit,
    GoLive,
    GoFlags,
    FocusFilter,
    FindInDetails,
    PauseView,
    DemoMode,
    NextPane,
    PreviousPane,
    NextTab,
    PreviousTab,
    ToggleNav,
    ToggleDetails,
    MoveDetails,
    ToggleTheme,
    FollowSystemTheme,
    LargerText,
    SmallerText,
    NormalText,
    Dense,
    Compact,
    Comfortable,
    ToggleMenuBar,
    NoOverrides,
    Scene1, ///< The first of nine, in a row.
    Scene2,
    Scene3,
    Scene4,
    Scene5,
    Scene6,
    Scene7,
    Scene8,
    Scene9,
    Palette,
    Shortcuts,
};
constexpr int commandCount = static_cast<int>(Command::Shortcuts) + 1;

enum class CommandMenu : std::uint8_t { Session, Go, View, Flags, Help };
constexpr int commandMenuCount = static_cast<int>(CommandMenu::Help) + 1;

struct CommandInfo
{
    Command command;
    CommandMenu menu;
    QString title;
    QList<QKeySequence> keys; ///< The first is shown.
    bool checkable = false;
};

/// The whole list, in the order of the menus.
QList<CommandInfo> commandList();

/// "Session", "Go", "View", "Flags", "Help"
QString menuTitle(CommandMenu menu);

/// Keys that are no commands, because they work in one widget only: what they do, and where. For the list of
/// shortcuts.
struct LocalKey
{
    QString where, keys, does;
};
QList<LocalKey> localKeys();

} // namespace Weir
