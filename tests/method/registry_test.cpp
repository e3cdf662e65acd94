#include <QtTest>
#include <set>

#include "core/method/method.h"
#include "core/method/solve.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;

namespace {

ModelConfig config(std::int64_t hidden, std::int64_t heads, std::int64_t kvHeads, std::int64_t ffn, std::int64_t blocks) {
  ModelConfig config;
  config.architecture = "LlamaForCausalLM";
  config.family = "llama";
  config.vocabulary = 128;
  config.hidden = hidden;
  config.heads = heads;
  config.kvHeads = kvHeads;
  config.headDim = hidden / heads;
  config.ffn = ffn;
  config.blocks = blocks;
  config.context = 512;
  return config;
}

void expectComplete(const std::string& owner, const std::vector<ParamSpec>& specs) {
  std::set<std::string> ids;
  for (const ParamSpec& spec : specs) {
    const std::string name = owner + "." + spec.id;
    QVERIFY2(!spec.id.empty() && ids.insert(spec.id).second, name.c_str());
    QVERIFY2(!spec.title.empty() && !spec.help.empty(), name.c_str());
    QVERIFY2(spec.help.back() == '.', (name + ": help is sentences").c_str());
    QVERIFY2((spec.kind == ParamSpec::Kind::Choice) == !spec.choices.empty(), name.c_str());
    QVERIFY2(spec.low < spec.high || spec.choices.size() == 1, name.c_str());
    QVERIFY2(spec.low <= spec.fallback && spec.fallback <= spec.high, name.c_str());
    Json given = Json::object();
    given[spec.id] = fallbackOf(spec);
    QVERIFY2(faultsOf(specs, given).empty(), name.c_str());
  }
}

}  // namespace

class RegistryTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyRowIsComplete() {
    std::set<std::string> ids, titles, passes, roundings;
    for (const Method& method : methods()) {
      QVERIFY2(!method.id.empty() && ids.insert(method.id).second, method.id.c_str());
      QVERIFY2(!method.title.empty() && titles.insert(method.title).second, method.id.c_str());
      QVERIFY2(!method.citation.empty(), method.id.c_str());
      QVERIFY2(method.version >= 1, method.id.c_str());
      QVERIFY2(method.setup || !method.passes.empty() || !method.roundings.empty(), method.id.c_str());
      for (const Pass& pass : method.passes) {
        QVERIFY2(!pass.id.empty() && passes.insert(pass.id).second, pass.id.c_str());
        QVERIFY2(!pass.title.empty() && !pass.help.empty() && pass.solve, pass.id.c_str());
        expectComplete(pass.id, pass.parameters);
        QVERIFY2(&passNamed(pass.id) == &pass, pass.id.c_str());
        // What it needs with its defaults can be asked.
        if (pass.needsWith) pass.needsWith(ParamValues(pass.parameters, Json::object()));
        if (pass.scope == Scope::Model) QVERIFY2(!pass.needs.any(), (pass.id + " is solved without statistics").c_str());
      }
      for (const Rounding& rounding : method.roundings) {
        QVERIFY2(!rounding.id.empty() && roundings.insert(rounding.id).second, rounding.id.c_str());
        QVERIFY2(!rounding.title.empty() && !rounding.help.empty() && rounding.round, rounding.id.c_str());
        expectComplete(rounding.id, rounding.parameters);
        QVERIFY2(&roundingNamed(rounding.id) == &rounding, rounding.id.c_str());
      }
      QVERIFY2(&methodNamed(method.id) == &method, method.id.c_str());
    }
    QVERIFY(roundings.contains("rtn"));
  }

  void everySetupIsARecipeThatFits_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("format");
    for (const Method& method : methods()) {
      if (!method.setup) continue;
      for (const char* format :
           {"w8a8", "w6a6", "w4a8", "w4a4", "w4a4qkv4", "w3a16", "w2a16", "w4a16", "w4a16g64", "w3a16g64", "w2ba8", "float"}) {
        QTest::newRow((method.id + " " + format).c_str()) << QString::fromStdString(method.id) << QString(format);
      }
    }
  }
  void everySetupIsARecipeThatFits() {
    QFETCH(QString, id);
    QFETCH(QString, format);
    for (const ModelConfig& model : {config(64, 4, 2, 128, 2), config(576, 9, 3, 1536, 3), config(4096, 32, 32, 11008, 2)}) {
      const Plan bits = planFromName(format.toStdString());
      const MethodSetup setup = methodNamed(id.toStdString()).setup(bits, model);
      for (const Issue& issue : check(setup.plan, model)) QFAIL((issue.field + ": " + issue.message).c_str());
      for (const Issue& issue : faultsOf(setup.stack, setup.rounding, model)) QFAIL((issue.field + ": " + issue.message).c_str());
      needsOf(setup.stack, setup.rounding);
      // The bits that were asked for stay: no method makes a float linear of a 4-bit one, or 8 bits of 2, but where its paper says so.
      if (bits.uniform.weight) QVERIFY(setup.plan.uniform.weight && setup.plan.uniform.weight->bits() <= bits.uniform.weight->bits() + 1);
      if (!bits.uniform.weight) QVERIFY(!setup.plan.uniform.weight);
      QCOMPARE(setup.plan.uniform.input.has_value(), bits.uniform.input.has_value());
    }
  }

  void unknownNamesListThoseThatExist() {
    QVERIFY(errorOf([] { methodNamed("rtm"); }).find("the method \"rtm\" does not exist") != std::string::npos);
    QVERIFY(errorOf([] { methodNamed("rtm"); }).find("\"rtn\"") != std::string::npos);
    QVERIFY(errorOf([] { passNamed("smoth"); }).find("\"smooth\"") != std::string::npos);
    QVERIFY(errorOf([] { roundingNamed(std::string(1000, 'x')); }).size() < 1000);
  }
};

QTEST_APPLESS_MAIN(RegistryTest)
#include "registry_test.moc"
