#include <QtTest>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/progress.h"

using namespace bitscape;

class ProgressTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void partsMapOntoTheWhole() {
    double seen = -1;
    const Progress whole([&](double done, std::string_view) { seen = done; });
    whole.part(0.5, 1.0).part(0.0, 0.5).checkpoint(1.0);
    QCOMPARE(seen, 0.75);
  }
  void aStopThrowsCancelled() {
    std::stop_source source;
    const Progress progress({}, source.get_token());
    progress.checkpoint(0.1);
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Cancelled, progress.checkpoint(0.2));
  }
  void contextComesFirst() {
    try {
      withContext("block 7, down", []() -> void { throw Error("NaN at [1, 2]"); });
      QFAIL("no exception");
    } catch (const Error& error) {
      QCOMPARE(std::string(error.what()), std::string("block 7, down: NaN at [1, 2]"));
    }
  }
  void hashesTellBoundariesApart() {
    QVERIFY(Hasher().text("ab").text("c").hex() != Hasher().text("a").text("bc").hex());
    QCOMPARE(hashOf("x"), hashOf("x"));
    QCOMPARE(hashOf("x").size(), std::size_t(32));
  }
};

QTEST_APPLESS_MAIN(ProgressTest)
#include "progress_test.moc"
