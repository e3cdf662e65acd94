#include "app/event_wait.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTimer>

namespace bitscape {

bool waitUntil(const std::function<bool()>& happened, double seconds) {
  const QDeadlineTimer deadline(static_cast<qint64>(seconds * 1e3));
  QTimer wake;   // processEvents must return although nothing else happens
  wake.start(5);
  while (!happened()) {
    if (deadline.hasExpired()) return false;
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);   // which processEvents leaves to a running loop
  }
  return true;
}

}  // namespace bitscape
