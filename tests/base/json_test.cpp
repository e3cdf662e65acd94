#include "core/base/json.h"

#include <QtTest>
#include <limits>

#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

class JsonTest : public QObject {
  Q_OBJECT

  static std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

 private Q_SLOTS:
  // The builder against nlohmann's own: same document, same order.
  void agreesWithNlohmann() {
    const std::string text =
        R"({"z": [1, -2, 3.5e2, 18446744073709551615, true, null, "\u00e9\n", {}], "a": {"y": [], "b": {"c": [[1], [2, {"d": 3}]]}}, "": 0})";
    const Json parsed = parseJson(text, "text");
    QCOMPARE(QString::fromStdString(parsed.dump()), QString::fromStdString(Json::parse(text).dump()));
    QCOMPARE(parsed.begin().key(), std::string("z"));
    QCOMPARE(parseJson(" 7 ", "text").get<int>(), 7);
  }

  void largeObjectsAreQuick() {
    std::string text = "{";
    for (int i = 0; i < 200'000; ++i) text += (i ? ",\"key" : "\"key") + std::to_string(i) + "\":" + std::to_string(i);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(parseJson(text + "}", "text").size(), std::size_t{200'000});
    QVERIFY2(timer.elapsed() < 10'000, "a vocabulary must not take quadratic time");
  }

  void faultsNameTheirPlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QByteArray("") << "line 1, column 1";
    QTest::newRow("third line") << QByteArray("{\n \"a\": 1,\n \"b\" 2}") << "line 3, column 6";
    QTest::newRow("trailing text") << QByteArray("{} x") << "line 1, column 4";
    QTest::newRow("comment") << QByteArray("{/* */}") << "line 1, column 2";
    QTest::newRow("NaN") << QByteArray("[NaN]") << "line 1";
    QTest::newRow("zero byte") << QByteArray("{}\0", 3) << "line 1, column 3 is not valid JSON: a zero byte";
    QTest::newRow("bad UTF-8") << QByteArray("[\"a\xFF\"]") << "UTF-8";
    QTest::newRow("lone surrogate") << QByteArray("[\"\\ud800\"]") << "surrogate";
    QTest::newRow("huge number") << QByteArray("[1e999]") << "number";
    QTest::newRow("duplicate") << QByteArray("{\"a\": {\"k\": 1, \"b\": 2, \"k\": 3}}") << "\"k\" occurs twice";
  }
  void faultsNameTheirPlace() {
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const QString message = QString::fromStdString(errorOf([&] { parseJson(text.toStdString(), "file.json"); }));
    QVERIFY2(message.startsWith("file.json") && message.contains(expected), qPrintable(message));
  }

  void depthIsBounded() {
    QCOMPARE(errorOf([&] { parseJson(nested(64), "text"); }), std::string("(no Error)"));
    QVERIFY(errorOf([&] { parseJson(nested(65), "text"); }).find("deeper than 64") != std::string::npos);
    QVERIFY(errorOf([&] { parseJson(std::string(1'000'000, '['), "text"); }).find("deeper than 64") != std::string::npos);
  }

  void viewsGiveTypedValues() {
    const Json json =
        parseJson(R"({"i": 5, "n": null, "d": 2.5, "s": "text", "b": true, "o": {"i": -1}, "u": 18446744073709551615})", "c.json");
    const JsonView view(json, "c.json");
    QCOMPARE(view.integer("i", 0, 10), 5LL);
    QCOMPARE(view.integer("n", 0, 10, 7), 7LL);
    QCOMPARE(view.number("d"), 2.5);
    QCOMPARE(view.number("i"), 5.0);
    QCOMPARE(view.string("s"), std::string("text"));
    QCOMPARE(view.string("missing", "other"), std::string("other"));
    QVERIFY(view.boolean("b", false));
    QVERIFY(view.has("i") && !view.has("n") && !view.has("missing"));
    QCOMPARE(view.at("o").integer("i", -5, 5), -1LL);

    QCOMPARE(errorOf([&] { view.integer("missing", 0, 1); }), std::string("c.json: \"missing\" is missing"));
    QCOMPARE(errorOf([&] { view.integer("s", 0, 1); }), std::string("c.json: \"s\" is a string, an integer is needed"));
    QCOMPARE(errorOf([&] { view.integer("d", 0, 1); }), std::string("c.json: \"d\" is a number with a fraction, an integer is needed"));
    QCOMPARE(errorOf([&] { view.integer("i", 6, 9); }), std::string("c.json: \"i\" is 5, it must lie between 6 and 9"));
    QVERIFY(errorOf([&] { view.integer("u", 0, std::numeric_limits<long long>::max()); }).find("must lie between") != std::string::npos);
    QVERIFY(errorOf([&] { view.at("o").integer("x", 0, 1); }).find("\"o\": \"x\" is missing") != std::string::npos);
    QVERIFY(errorOf([&] { view.at("s"); }).find("an object or an array is needed") != std::string::npos);
    QVERIFY(errorOf([&] { view.onlyKeys({"i", "n"}); }).find("\"d\" is unknown; allowed are \"i\", \"n\"") != std::string::npos);
    QVERIFY(errorOf([&] { JsonView(Json(3), "c.json").string("k"); }).find("an object with \"k\" is needed") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(JsonTest)
#include "json_test.moc"
