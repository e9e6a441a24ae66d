#pragma once

namespace Weir {

class LiveView;

/// Makes the rows of LiveView known to screen readers: a tree whose children are the rows in sight (and the
/// current one), each with its cells. Rows out of sight cost nothing. Harmless when called again.
void installLiveAccessibility();

/// The current row is another one.
void noteLiveCurrentChanged(LiveView *view);
/// Rows came or went. Told to screen readers at most once a second.
void noteLiveRowsChanged(LiveView *view);

} // namespace Weir
