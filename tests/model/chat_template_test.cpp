#include <QtTest>
#include <fstream>
#include <random>
#include <sstream>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/jinja.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;

namespace {

const std::string kGolden = BITSCAPE_TEST_DATA "/golden/";

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

class ChatTemplateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void rendersAsJinja() {
    const Json golden = readJson(kGolden + "chat_templates.json");
    int rendered = 0, refused = 0;
    for (const Json& entry : golden.at("cases")) {
      const std::string source = contents(kGolden + "templates/" + entry[0].get<std::string>());
      QVERIFY(!source.empty());
      if (entry[2].is_null()) {
        QVERIFY(errorOf([&] { renderJinja(source, entry[1]); }).find("the template refuses") != std::string::npos);
        ++refused;
      } else {
        QCOMPARE(renderJinja(source, entry[1]), entry[2].get<std::string>());
        ++rendered;
      }
    }
    QVERIFY(rendered >= 30);
    QCOMPARE(refused, 2);
  }

  void rendersSmallParts_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("expected");
    QTest::newRow("text") << "plain" << "plain";
    QTest::newRow("one trailing line end goes") << "a\n\n" << "a\n";
    QTest::newRow("undefined is empty") << "[{{ x }}]" << "[]";
    QTest::newRow("block takes its line") << "a\n  {% if true %}\nb\n  {% endif %}\nc" << "a\nb\nc";
    QTest::newRow("minus takes white space") << "a \n {{- 'b' -}} \n c" << "abc";
    QTest::newRow("plus keeps it") << "a\n  {%+ if true %}b{% endif %}" << "a\n  b";
    QTest::newRow("comment") << "a{# {{ x }} #}b" << "ab";
    QTest::newRow("line ends are one kind") << "a\r\nb\rc" << "a\nb\nc";
    QTest::newRow("escape in a string") << "{{ '\\u00e9\\n\\x41' }}" << QString::fromUtf8("\xC3\xA9\nA");
    QTest::newRow("scope of a loop") << "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}" << "1";
    QTest::newRow("if has no scope") << "{% if true %}{% set x = 2 %}{% endif %}{{ x }}" << "2";
    QTest::newRow("unicode slices") << QString::fromUtf8("{{ '\xC3\xA4\xF0\x9F\x98\x80z'[1:] | length }}") << "2";
    QTest::newRow("braces in a tag") << "{{ {'a': {'b': 1}}['a']['b'] }}" << "1";
    QTest::newRow("chained comparison") << "{{ 1 < 3 > 2 }}" << "True";
    QTest::newRow("else of a loop") << "{% for i in [] %}x{% else %}y{% endfor %}" << "y";
    QTest::newRow("nested inline if") << "{{ 1 if false else 2 if false else 3 }}" << "3";
    QTest::newRow("filter binds before operator") << "{{ 'a' ~ 'B' | lower }}" << "ab";
    QTest::newRow("test with not") << "{{ x is not defined and 1 is not string }}" << "True";
  }
  void rendersSmallParts() {
    QFETCH(QString, source);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(renderJinja(source.toStdString(), Json::object())), expected);
  }

  void faultsNameTheLine_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("part");
    QTest::newRow("no end of tag") << "a\n{{ x" << "line 2: a tag has no end }}";
    QTest::newRow("no endif") << "\n\n{% if x %}" << "endif";
    QTest::newRow("foreign end") << "{% endfor %}" << "closes nothing";
    QTest::newRow("unknown statement") << "\n{% include 'x' %}" << "line 2: the statement \"include\" is not known";
    QTest::newRow("unknown filter") << "\n\n{{ 1 | magic }}" << "line 3: the filter \"magic\" is not known";
    QTest::newRow("unknown test") << "{{ 1 is magic }}" << "the test \"magic\" is not known";
    QTest::newRow("attribute of undefined") << "{{ a.b }}" << "\"a\" is undefined";
    QTest::newRow("call of undefined") << "{{ a() }}" << "cannot be called";
    QTest::newRow("sum of unlike") << "{{ 'a' + 1 }}" << "does not take a string and an integer";
    QTest::newRow("division by zero") << "{{ 1 // 0 }}" << "division by 0";
    QTest::newRow("overflow") << "{{ 9223372036854775807 + 1 }}" << "64 bits";
    QTest::newRow("raised") << "{{ raise_exception('no system role') }}" << "the template refuses: no system role";
    QTest::newRow("unclosed string") << "{{ 'a }}" << "no closing quote";
    QTest::newRow("bracket") << "{{ (1] }}" << "too many";
    QTest::newRow("strange character") << "{{ a ? b }}" << "'?' has no meaning";
    QTest::newRow("break outside") << "{% break %}" << "outside a loop";
    QTest::newRow("set attribute of a list") << "{% set x = [] %}{% set x.a = 1 %}" << "no namespace";
    QTest::newRow("unpack") << "{% for a, b in [[1]] %}{% endfor %}" << "cannot be given to 2 names";
  }
  void faultsNameTheLine() {
    QFETCH(QString, source);
    QFETCH(QString, part);
    const std::string message = errorOf([&] { renderJinja(source.toStdString(), Json::object()); });
    QVERIFY2(message.find(part.toStdString()) != std::string::npos, message.c_str());
  }

  // A template can neither hang nor exhaust memory or stack.
  void boundsHold_data() {
    QTest::addColumn<QString>("source");
    QTest::newRow("endless work") << "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    QTest::newRow("huge range") << "{{ range(10000000) }}";
    QTest::newRow("huge string") << "{{ 'x' * 9999999 * 9999999 }}";
    QTest::newRow("doubling") << "{% set n = namespace(s='x') %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}";
    QTest::newRow("doubling list") << "{% set n = namespace(s=[1]) %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}";
    QTest::newRow("shared nesting") << "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}";
    QTest::newRow("deep list") << "{% set n = namespace(s=[1]) %}{% for i in range(1000) %}{% set n.s = [n.s] %}{% endfor %}";
    QTest::newRow("recursive macro") << "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}";
    QTest::newRow("namespace in itself") << "{% set n = namespace() %}{% set n.n = n %}{{ n }}";
    QTest::newRow("replace grows") << "{{ ('x' * 100000).replace('', 'y' * 100000) }}";
    QTest::newRow("much output") << "{% for i in range(100) %}{{ 'x' * 1000000 }}{% endfor %}";
    QTest::newRow("deep parentheses") << QString(100000, '(') .prepend("{{ ");
    QTest::newRow("deep brackets") << "{{ " + QString(100000, '[') + QString(100000, ']') + " }}";
    QTest::newRow("many nots") << "{{ " + QString("not ").repeated(100000) + "x }}";
    QTest::newRow("many minuses") << "{{ " + QString("- ").repeated(100000) + "1 }}";
    QTest::newRow("many sums") << "{{ 1" + QString(" + 1").repeated(100000) + " }}";
    QTest::newRow("many filters") << "{{ 'x'" + QString("|upper").repeated(100000) + " }}";
    QTest::newRow("many ifs") << QString("{% if 1 %}").repeated(100000);
    QTest::newRow("mapped maps") << "{{ 'x' | map(" + QString("'map',").repeated(100000) + "'upper') }}";
  }
  void boundsHold() {
    QFETCH(QString, source);
    QVERIFY(errorOf([&] { renderJinja(source.toStdString(), Json::object()); }) != "(no Error)");
  }

  void damagedTemplatesAreHarmless() {
    std::mt19937 random(5);
    const Json values = {{"messages", {{{"role", "user"}, {"content", "Hi"}}}}, {"add_generation_prompt", true}, {"bos_token", "<s>"}};
    int failed = 0;
    for (const char* name : {"features", "qwen2", "mistral"}) {
      const std::string whole = contents(kGolden + "templates/" + name + ".jinja");
      for (int round = 0; round < 150; ++round) {
        std::string source = whole;
        for (int i = 0; i < 3; ++i) {
          const std::size_t place = random() % source.size();
          if (round % 2 == 0) source[place] = "{}%|()[]'\"-#.,: x1"[random() % 18];
          else source.erase(place, random() % 12);
        }
        failed += errorOf([&] { renderJinja(source, values); }) != "(no Error)";
      }
    }
    QVERIFY(failed > 100);
  }
};

QTEST_APPLESS_MAIN(ChatTemplateTest)
#include "chat_template_test.moc"
