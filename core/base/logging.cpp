#include "core/base/logging.h"

Q_LOGGING_CATEGORY(lcHttp, "weir.http", QtWarningMsg)
Q_LOGGING_CATEGORY(lcCapture, "weir.capture", QtWarningMsg)
Q_LOGGING_CATEGORY(lcStore, "weir.store", QtWarningMsg)
Q_LOGGING_CATEGORY(lcAutomation, "weir.automation", QtWarningMsg)
Q_LOGGING_CATEGORY(lcUi, "weir.ui", QtWarningMsg)
Q_LOGGING_CATEGORY(lcApp, "weir.app", QtWarningMsg)
