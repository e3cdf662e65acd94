#include "app/cli/console.h"

#include <QtTest>

using namespace bitscape::cli;

class ConsoleTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void durations() {
    QCOMPARE(duration(0.4), std::string("0 s"));
    QCOMPARE(duration(59.6), std::string("1 min 0 s"));
    QCOMPARE(duration(7500), std::string("2 h 5 min"));
    QCOMPARE(duration(-1), std::string("0 s"));
  }
  void sizes() {
    QCOMPARE(bytesText(999), std::string("999 B"));
    QCOMPARE(bytesText(98362432), std::string("98.4 MB"));
  }
  void numbersStandRight() {
    Table table({"name", "value"});
    table.add({"a", "1.5"});
    table.add({"longer", "10.25"});
    QCOMPARE(table.text(), std::string("name    value\n"
                                       "a         1.5\n"
                                       "longer  10.25\n"));
  }
};

QTEST_APPLESS_MAIN(ConsoleTest)
#include "console_test.moc"
